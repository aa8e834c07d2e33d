import clsx from 'clsx';
import type { ComponentProps } from 'react';

export type Look = 'primary' | 'secondary' | 'quiet';

const base =
  'inline-flex h-9 select-none items-center justify-center gap-2 whitespace-nowrap rounded-md px-3.5 font-medium text-body transition-[background-color,border-color,opacity,transform] active:translate-y-px max-md:h-11 disabled:opacity-55 aria-disabled:opacity-55';

const looks: Record<Look, string> = {
  primary: 'bg-ink text-bone hover:bg-ink/88',
  secondary: 'border border-line bg-paper text-ink hover:border-ink-3/60 hover:bg-sunk/50',
  quiet: 'text-ink-2 hover:bg-sunk hover:text-ink',
};

/** The classes of a button, for elements that only look like one. */
export function buttonClass(look: Look = 'primary', className?: string): string {
  return clsx(base, looks[look], className);
}

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look;
  /** Shows a small turning mark before the words; the width stays. The button stays focusable so that focus is not lost. */
  readonly pending?: boolean;
}

/** A button that acts on this page. It is of type `button` unless told otherwise. */
export function Button({
  look = 'primary',
  pending = false,
  className,
  children,
  type = 'button',
  ...props
}: ButtonProps) {
  return (
    <button type={type} aria-disabled={pending || undefined} className={buttonClass(look, className)} {...props}>
      {pending ? <PendingMark /> : null}
      {children}
    </button>
  );
}

function PendingMark() {
  return (
    <svg viewBox="0 0 16 16" className="-ml-1 size-4 animate-spin" aria-hidden="true">
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeOpacity="0.3" strokeWidth="2" />
      <path d="M8 2a6 6 0 0 1 6 6" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
