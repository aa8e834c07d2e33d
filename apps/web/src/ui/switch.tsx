'use client';

interface SwitchProps {
  readonly label: string;
  /** A few words below the label. */
  readonly hint?: string | undefined;
  readonly on: boolean;
  readonly disabled?: boolean;
  readonly onChange: (on: boolean) => void;
}

/** A setting that is on or off and acts at once. */
export function Switch({ label, hint, on, disabled = false, onChange }: SwitchProps) {
  return (
    <label className="flex min-h-11 w-36 items-center gap-3 max-sm:w-full max-sm:justify-between">
      <span className="relative inline-flex shrink-0 max-sm:order-last">
        <input
          type="checkbox"
          role="switch"
          aria-checked={on}
          checked={on}
          disabled={disabled}
          onChange={(event) => onChange(event.target.checked)}
          className="peer h-6 w-10 appearance-none rounded-full bg-ink-3 transition-colors checked:bg-ink disabled:opacity-45"
        />
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-1 left-1 size-4 rounded-full bg-paper transition-transform peer-checked:translate-x-4"
        />
      </span>
      <span className="min-w-0 text-small">
        {label}
        {hint ? <span className="block text-fine text-ink-2">{hint}</span> : null}
      </span>
    </label>
  );
}
