'use client';

import type { FrozenWallet } from '@skelly/types/wallet';
import { type FormEvent, useState } from 'react';
import { failureWords } from '../../http/failure-words';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { fullTime, shortId } from '../format';
import type { Unfreeze } from './use-ledger';

interface FrozenRowProps {
  readonly wallet: FrozenWallet;
  readonly mayUnfreeze: boolean;
  readonly onUnfreeze: Unfreeze;
}

/** A frozen wallet: whose, why, what it holds; opened, the way to let it go. */
export function FrozenRow({ wallet, mayUnfreeze, onUnfreeze }: FrozenRowProps) {
  const { userId, displayName, currency, frozenAt, reason, accounts, open } = wallet;
  const [asking, setAsking] = useState(false);
  const name = displayName ?? shortId(userId);
  return (
    <li data-frozen={userId} className="border-line border-b">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5.5 py-3 text-small max-md:px-4">
        <div className="min-w-0 flex-1">
          <p className="break-words">
            <span className="font-medium">{name}</span>, {currency}, {open} open
          </p>
          <p className="break-words text-fine text-ink-2" suppressHydrationWarning>
            {fullTime(frozenAt)}, {reason}
          </p>
          <p className="break-words font-mono text-fine text-ink-2">
            {accounts.map(({ account, balance }) => `${account} ${balance}`).join(', ')}
          </p>
        </div>
        {mayUnfreeze ? (
          <Button
            look="secondary"
            aria-expanded={asking}
            aria-label={`Unfreeze the wallet of ${name} in ${currency}`}
            onClick={() => setAsking(!asking)}
            className="max-md:w-full"
          >
            Unfreeze
          </Button>
        ) : null}
      </div>
      {asking ? <UnfreezeForm wallet={wallet} onUnfreeze={onUnfreeze} onDone={() => setAsking(false)} /> : null}
    </li>
  );
}

const DONE_BEFORE = 'Your first try has unfrozen it. While it stands here, it was frozen again: look why.';

function UnfreezeForm({
  wallet,
  onUnfreeze,
  onDone,
}: Pick<FrozenRowProps, 'wallet' | 'onUnfreeze'> & { readonly onDone: () => void }) {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (pending) return;
    if (reason.trim() === '') return setProblem('Say what was repaired.');
    setPending(true);
    const ended = await onUnfreeze(wallet, reason.trim());
    setPending(false);
    if (ended === null) return onDone();
    setProblem(ended === 'before' ? DONE_BEFORE : failureWords(ended));
  }
  return (
    <form
      onSubmit={submit}
      onKeyDown={(event) => event.key === 'Escape' && onDone()}
      aria-label="Unfreeze the wallet"
      className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 bg-sunk/50 px-5.5 pt-4 pb-2 max-md:grid-cols-1 max-md:px-4"
    >
      <Field
        label="What was repaired"
        name="reason"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        hint="Kept with the violations. A wallet that is not right yet stays frozen."
        error={problem}
        maxLength={2_000}
        autoComplete="off"
        autoFocus
      />
      <div className="flex flex-wrap gap-2 pt-7 max-md:pt-2 max-md:pb-2">
        <Button type="submit" pending={pending}>
          Unfreeze
        </Button>
        <Button look="quiet" onClick={onDone}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
