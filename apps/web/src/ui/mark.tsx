import clsx from 'clsx';

/** The sign of Skelly: a bone, drawn in one stroke, as a key is. */
export function Mark({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 24 24" className={clsx('size-6', className)} aria-hidden="true" fill="none">
      <path
        d="M7.4 9.6 14.4 16.6M5 8.9a2.4 2.4 0 1 1 1.9-4 2.4 2.4 0 1 1 4 1.9l6.4 6.4a2.4 2.4 0 1 1 1.9 4 2.4 2.4 0 1 1-4 1.9"
        stroke="currentColor"
        strokeWidth="2"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

/** The sign with the name. */
export function Wordmark({ suffix }: { readonly suffix?: string }) {
  return (
    <span className="inline-flex items-center gap-2.5">
      <Mark />
      <span className="font-semibold font-title text-lead tracking-tight">Skelly{suffix ? ` ${suffix}` : ''}</span>
    </span>
  );
}
