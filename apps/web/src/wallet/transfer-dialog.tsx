'use client';

import type { Wallet } from '@skelly/types/wallet';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { amountTrouble } from './amount';
import { money } from './amount-words';
import type { Counterparty } from './money';
import { parseAmount } from './parse-amount';
import { RecipientPicker } from './recipient-picker';
import { TransferReview } from './transfer-review';
import { TransferSent } from './transfer-sent';
import type { Transfers } from './use-transfer';

interface TransferDialogProps {
  readonly wallet: Wallet;
  readonly transfers: Transfers;
  readonly onClose: () => void;
}

/** Sends something to another member: who and how much, a look at it in words, and how it went. */
export function TransferDialog({ wallet, transfers, onClose }: TransferDialogProps) {
  const [to, setTo] = useState<Counterparty | null>(null);
  const [amount, setAmount] = useState('');
  const [step, setStep] = useState<'choose' | 'review' | 'sent'>('choose');
  const { last } = transfers;
  const isBack = step === 'sent' && last?.state === 'failed';
  const shown = isBack ? 'review' : step;
  const chosen = parseAmount(amount) ?? 0;

  if (shown === 'sent' && last)
    return (
      <Dialog title={`Send ${wallet.currency}`} onClose={onClose}>
        <TransferSent transfer={last} onClose={onClose} />
      </Dialog>
    );
  return (
    <Dialog title={`Send ${wallet.currency}`} onClose={onClose}>
      {shown === 'review' && to ? (
        <TransferReview
          to={to}
          amount={chosen}
          wallet={wallet}
          failure={isBack ? last.failure : null}
          onBack={() => {
            transfers.forget();
            setStep('choose');
          }}
          onSend={() => {
            transfers.send(to, chosen, wallet.currency);
            setStep('sent');
          }}
        />
      ) : (
        <ChooseForm
          wallet={wallet}
          to={to}
          amount={amount}
          onTo={setTo}
          onAmount={setAmount}
          onDone={() => setStep('review')}
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
