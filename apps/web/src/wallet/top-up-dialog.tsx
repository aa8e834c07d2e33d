'use client';

import type { Currency, OpenedTopUp } from '@skelly/types/wallet';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { FormFailure } from '../auth/form-failure';
import { PENDING_AFTER_MS } from '../http/pending';
import type { Failure } from '../http/send';
import { useSendOnce } from '../live/use-send-once';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { amountTrouble } from './amount';
import { MAX_AMOUNT } from './max-amount';
import { figure, money } from './money';
import { parseAmount } from './parse-amount';

const PRESETS = [500, 1_000, 5_000, 10_000];

interface TopUpDialogProps {
  readonly currency: Currency;
  readonly onClose: () => void;
}

/** How much is to be paid in; then the member goes to where it is paid. */
export function TopUpDialog({ currency, onClose }: TopUpDialogProps) {
  const [amount, setAmount] = useState('1,000');
  const [error, setError] = useState<string | null>(null);
  const { begin, isPending, failure, refused } = useBegin();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const trouble = amountTrouble(amount, { currency, maxAmount: MAX_AMOUNT });
    setError(trouble);
    if (!trouble) void begin(parseAmount(amount) ?? 0, currency);
  };
  const chosen = parseAmount(amount);
  return (
    <Dialog title="Top up" onClose={onClose}>
      <form method="post" noValidate onSubmit={submit}>
        <fieldset className="mb-4 grid grid-cols-4 gap-2">
          <legend className="mb-1.5 font-medium text-small">How much</legend>
          {PRESETS.map((preset) => (
            <button
              key={preset}
              type="button"
              aria-pressed={chosen === preset}
              onClick={() => {
                setAmount(figure(preset));
                setError(null);
              }}
              className="tabular h-11 rounded-md border border-line text-small hover:border-ink-3/60 aria-pressed:border-ink aria-pressed:bg-sunk aria-pressed:font-semibold"
            >
              {figure(preset)}
            </button>
          ))}
        </fieldset>
        <Field
          label="Amount"
          name="amount"
          inputMode="numeric"
          autoComplete="off"
          maxLength={20}
          value={amount}
          hint={`Any whole number of ${currency}`}
          error={error ?? refused ?? undefined}
          onChange={(event) => {
            setAmount(event.target.value);
            setError(null);
          }}
        />
        <FormFailure failure={failure} comfort="Nothing was paid." known={{}} />
        <Button type="submit" pending={isPending} className="mt-3 h-11 w-full">
          {chosen ? `Pay for ${money(chosen, currency)}` : 'Go on to pay'}
        </Button>
      </form>
    </Dialog>
  );
}

/** Opens a top-up and goes to its checkout. */
function useBegin() {
  const router = useRouter();
  const sendOnce = useSendOnce();
  const [isPending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const busy = useRef(false);
  const begin = async (amount: number, currency: Currency) => {
    if (busy.current) return;
    busy.current = true;
    setFailure(null);
    const slow = setTimeout(() => setPending(true), PENDING_AFTER_MS);
    const sent = await sendOnce<OpenedTopUp>('/api/wallet/top-ups', { amount, currency });
    clearTimeout(slow);
    if (sent.ok) {
      const { checkoutUrl } = sent.data;
      if (checkoutUrl.startsWith('/')) return router.push(checkoutUrl);
      return window.location.assign(checkoutUrl);
    }
    busy.current = false;
    setPending(false);
    setFailure(sent.failure);
  };
  const refused = failure?.kind === 'refused' ? (failure.problem.errors?.[0]?.message ?? null) : null;
  return { begin, isPending, failure: refused ? null : failure, refused };
}
