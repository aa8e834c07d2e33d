'use client';

import clsx from 'clsx';
import { Eye, EyeOff } from 'lucide';
import { type ComponentProps, useId, useState } from 'react';
import { Icon } from './icon';

interface FieldProps extends Omit<ComponentProps<'input'>, 'id' | 'className'> {
  readonly label: string;
  readonly name: string;
  /** One line under the box, replaced by the error when there is one. */
  readonly hint?: string;
  readonly error?: string | undefined;
}

const box =
  'h-11 w-full rounded-md border bg-paper px-3.5 text-body text-ink outline-offset-0 transition-[border-color] placeholder:text-ink-2';

/** A labelled input whose error is announced and tied to it. The line below is kept free, so nothing moves. */
export function Field({ label, hint, error, type = 'text', ...props }: FieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const secret = type === 'password';
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block font-medium text-small">
        {label}
      </label>
      <div className="relative">
        <input
          id={id}
          type={secret && shown ? 'text' : type}
          aria-invalid={error ? true : undefined}
          aria-describedby={`${id}-line`}
          className={clsx(box, secret && 'pr-12', error ? 'border-ember' : 'border-line hover:border-ink-3/60')}
          {...props}
        />
        {secret ? (
          <button
            type="button"
            onClick={() => setShown(!shown)}
            aria-label={shown ? 'Hide password' : 'Show password'}
            aria-pressed={shown}
            className="absolute inset-y-0 right-0 grid w-11 place-items-center rounded-md text-ink-2 hover:text-ink"
          >
            {shown ? <Icon of={EyeOff} className="size-4" /> : <Icon of={Eye} className="size-4" />}
          </button>
        ) : null}
      </div>
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
