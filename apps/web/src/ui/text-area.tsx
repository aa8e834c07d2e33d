'use client';

import clsx from 'clsx';
import { type ComponentProps, useId } from 'react';

interface TextAreaProps extends Omit<ComponentProps<'textarea'>, 'id' | 'className'> {
  readonly label: string;
  readonly name: string;
  /** One line under the box, replaced by the error when there is one. */
  readonly hint?: string;
  readonly error?: string | undefined;
}

/** A labelled box for several lines that grows with them. The line below is kept free, so nothing moves. */
export function TextArea({ label, hint, error, ...props }: TextAreaProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-small">
        {label}
      </label>
      <textarea
        id={id}
        rows={2}
        aria-invalid={error ? true : undefined}
        aria-describedby={`${id}-line`}
        className={clsx(
          'field-sizing-content block max-h-44 min-h-18 w-full resize-none rounded-md border bg-paper px-3.5 py-2.5 outline-offset-0 transition-[border-color] placeholder:text-ink-2',
          error ? 'border-ember' : 'border-line hover:border-ink-3/60',
        )}
        {...props}
      />
      <p
        id={`${id}-line`}
        aria-live="polite"
        className={clsx('mt-1.5 min-h-[18px] text-fine', error ? 'text-ember-ink' : 'text-ink-2')}
      >
        {error ?? hint}
      </p>
    </div>
  );
}
