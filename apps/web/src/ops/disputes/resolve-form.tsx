'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { type FormEvent, useEffect, useId, useRef } from 'react';
import { whyWords } from '../../http/failure-words';
import { isUnknown } from '../../http/send';
import { splitWords } from '../../marketplace/step-words';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { LateButton } from '../../ui/late-button';
import { Notice } from '../../ui/notice';
import { TextArea } from '../../ui/text-area';
import { money } from '../../wallet/money';
import { useResolve } from './use-resolve';

interface ResolveFormProps {
  readonly request: PerformanceRequestDetail;
  readonly onResolved: (request: PerformanceRequestDetail) => void;
}

/** Divides what is held between both sides. What that does is said in words, and asked once more, before it happens. */
export function ResolveForm({ request, onResolved }: ResolveFormProps) {
  const { amount, currency, fan, creator } = request;
  const form = useResolve(request, onResolved);
  const { settle, errors, isAsked } = form;
  const effectId = useId();
  const decide = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(isAsked);
  useEffect(() => {
    // Asked and not answered: the keyboard goes on where it was.
    if (wasAsked.current && !isAsked) decide.current?.focus();
    wasAsked.current = isAsked;
  }, [isAsked]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    form.ask();
  };
  const effect = settle === null ? null : splitWords(settle, request, 'support');
  return (
    <form method="post" noValidate onSubmit={submit} aria-label="Decide" className="mt-6 border-line border-t pt-4.5">
      <h3 className="mb-3 font-semibold">Decide</h3>
      <fieldset disabled={isAsked} className="grid gap-1 disabled:opacity-55">
        <legend className="sr-only">Who gets what</legend>
        <input
          type="range"
          aria-label={`What ${creator.displayName} gets`}
          aria-valuetext={money(settle ?? 0, currency)}
          min={0}
          max={amount}
          step={1}
          value={settle ?? 0}
          onChange={(event) => form.setText(event.target.value)}
          className="h-9 w-full accent-ink max-md:h-11"
        />
        <p className="tabular mb-3 flex justify-between gap-4 text-small">
          <span>
            <span className="text-ink-2">{creator.displayName} gets</span>{' '}
            <span className="font-medium">{money(settle ?? 0, currency)}</span>
          </span>
          <span className="text-right">
            <span className="text-ink-2">back to {fan.displayName}</span>{' '}
            <span className="font-medium">{money(amount - (settle ?? 0), currency)}</span>
          </span>
        </p>
        <Field
          label={`Exactly, of ${money(amount, currency)}`}
          name="settleAmount"
          inputMode="numeric"
          autoComplete="off"
          maxLength={20}
          value={form.text}
          onChange={(event) => form.setText(event.target.value)}
          error={errors.amount}
        />
        <TextArea
          label="Why"
          name="note"
          maxLength={500}
          value={form.note}
          onChange={(event) => form.setNote(event.target.value)}
          hint="Both sides can read it"
          error={errors.note}
        />
      </fieldset>
      {isAsked ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: escape is a second way to the button that says no
        <div
          className="mt-2"
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.stopPropagation();
            form.setAsked(false);
          }}
        >
          {form.why ? (
            <Notice
              tone={isUnknown(form.why) ? 'held' : 'failed'}
              role="alert"
              title={isUnknown(form.why) ? 'We do not know yet whether it was decided' : 'Not decided'}
              className="mb-3"
            >
              {whyWords(form.why)}
            </Notice>
          ) : (
            <p role="status" className="mb-3 rounded-md bg-sun-soft px-3.5 py-3 text-small">
              <span className="font-medium">{effect}</span> Both are told, with your words. It cannot be taken back.
            </p>
          )}
          <div className="flex flex-wrap gap-3">
            <LateButton pending={form.isSlow} onClick={form.resolve} autoFocus>
              {form.why ? 'Try again' : 'Decide so'}
            </LateButton>
            <Button look="quiet" onClick={() => form.setAsked(false)}>
              Think again
            </Button>
          </div>
        </div>
      ) : (
        <>
          <p id={effectId} className="mt-1 mb-3 min-h-5 text-ink-2 text-small">
            {effect}
          </p>
          <Button ref={decide} type="submit" aria-describedby={effectId}>
            Decide…
          </Button>
        </>
      )}
    </form>
  );
}
