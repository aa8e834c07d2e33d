import clsx from 'clsx';

/** A place where words or a figure will stand, in their size. Nothing is shown for the first 200 ms. */
export function Bone({ className }: { readonly className?: string }) {
  return (
    <span
      aria-hidden="true"
      className={clsx('skeleton block', !className?.includes('rounded-') && 'rounded-sm', className)}
    />
  );
}

/** Says once, for screen readers, that this part of the page is on its way. */
export function LoadingWord({ what }: { readonly what: string }) {
  return (
    <p role="status" className="sr-only">
      Loading {what}
    </p>
  );
}
