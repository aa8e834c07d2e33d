'use client';

import type { Wallet } from '@skelly/types/wallet';
import { type FormEvent, useState } from 'react';
import { isUnknown } from '../http/send';
import { useAttempts } from '../live/use-attempts';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { amountTrouble } from './amount';
import type { Counterparty } from './counterparty';
import { money } from './money';
import { parseAmount } from './parse-amount';
import { RecipientPicker } from './recipient-picker';
import { isSent } from './sent-words';
import { TransferReview } from './transfer-review';
import { TransferSent } from './transfer-sent';
import { hasTwin } from './twin';
import { useStale } from './use-stale';
import type { Transfers } from './use-transfer';

interface TransferDialogProps {
  readonly wallet: Wallet;
  readonly transfers: Transfers;
  readonly onClose: () => void;
}

/** Sends something to another member: who and how much, a look at it in words, and how it went. */
export function TransferDialog({ wallet: shown, transfers, onClose }: TransferDialogProps) {
  // The address may come to name another currency under the open dialog: what was begun is of this one.
  const [opened] = useState(shown);
  const wallet = shown.currency === opened.currency ? shown : opened;
  const [to, setTo] = useState<Counterparty | null>(null);
  const [amount, setAmount] = useState('');
  const [isReviewed, setReviewed] = useState(false);
  const [sentId, setSentId] = useState<string | null>(null);
  const sent = transfers.all.find(({ id }) => id === sentId);
  const isStale = useStale(sent);
  const attempts = useAttempts();
  const { currency } = wallet;
  const wish = to && isReviewed ? { to, amount: parseAmount(amount) ?? 0, currency } : null;
  const back = () => {
    // How one ended that nobody knows of stays to be said in the wallet.
    if (sent?.failure && !isUnknown(sent.failure)) transfers.forget(sent.id);
    setSentId(null);
    setReviewed(false);
  };
  const close = () => {
    // What was read here need not be said in the wallet again.
    if (sent && isSent(sent)) transfers.forget(sent.id);
    onClose();
  };
  return (
    <Dialog title={`Send ${currency}`} onClose={close}>
      {sent && sent.state !== 'failed' ? (
        <TransferSent transfer={sent} onClose={close} />
      ) : wish ? (
        <TransferReview
          key={sent?.tries}
          wish={wish}
          available={wallet.availableBalance}
          failure={sent?.failure ?? null}
          isStale={isStale}
          isTwin={!sent && hasTwin(attempts.values(), wish)}
          onBack={back}
          onClose={close}
          onSend={() => (sent ? transfers.retry(sent.id) : setSentId(transfers.send(wish)))}
        />
      ) : (
        <ChooseForm
          wallet={wallet}
          to={to}
          amount={amount}
          onTo={setTo}
          onAmount={setAmount}
          onDone={() => setReviewed(true)}
        />
      )}
    </Dialog>
  );
}

interface ChooseFormProps {
  readonly wallet: Wallet;
  readonly to: Counterparty | null;
  readonly amount: string;
  readonly onTo: (member: Counterparty | null) => void;
  readonly onAmount: (amount: string) => void;
  readonly onDone: () => void;
}

function ChooseForm({ wallet, to, amount, onTo, onAmount, onDone }: ChooseFormProps) {
  const [isChecked, setChecked] = useState(false);
  const { currency, availableBalance, limits } = wallet;
  const trouble = amountTrouble(amount, { currency, available: availableBalance, maxAmount: limits.maxAmount });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (to && !trouble) onDone();
  };
  return (
    <form method="post" noValidate onSubmit={submit}>
      <RecipientPicker
        chosen={to}
        onChoose={onTo}
        error={isChecked && !to ? 'Choose a member from the list.' : undefined}
      />
      <Field
        // Whoever has chosen a member goes on here.
        key={to?.userId ?? 'nobody'}
        label="Amount"
        name="amount"
        inputMode="numeric"
        autoComplete="off"
        maxLength={20}
        autoFocus={to !== null}
        value={amount}
        hint={`${money(availableBalance, currency)} available`}
        error={isChecked && trouble ? trouble : undefined}
        onChange={(event) => onAmount(event.target.value)}
      />
      <Button type="submit" className="mt-3 h-11 w-full">
        Review
      </Button>
    </form>
  );
}
