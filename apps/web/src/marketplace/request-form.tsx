'use client';

import type { CreatorsResponse, PerformanceRequestDetail } from '@skelly/types/marketplace';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { CommandForm } from '../auth/command-form';
import { useCommandForm } from '../auth/use-command-form';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { TextArea } from '../ui/text-area';
import { money } from '../wallet/amount-words';
import { parseAmount } from '../wallet/parse-amount';
import { holdWords } from './step-words';
import { useAvailable } from './use-available';

interface RequestFormProps {
  readonly creator: CreatorsResponse['items'][number];
  readonly onClosed: () => void;
}

/** Asks a creator for a performance. What is held for it is said before it is. */
export default function RequestForm({ creator, onClosed }: RequestFormProps) {
  const router = useRouter();
  const available = useAvailable('points');
  const [price, setPrice] = useState('');
  const form = useCommandForm<PerformanceRequestDetail>({
    path: '/api/requests',
    loadCheck: () => import('@skelly/types/marketplace').then(({ openRequestBody }) => openRequestBody),
    idempotent: true,
    toBody: (fields) => ({
      creatorId: creator.userId,
      title: fields['title'],
      details: fields['details'],
      amount: parseAmount(`${fields['amount']}`) ?? 0,
    }),
    onDone: ({ requestId }) => {
      router.push(`/requests/${requestId}`);
      router.refresh();
    },
  });
  const amount = parseAmount(price);
  const isTooMuch = amount !== null && available !== null && amount > available;
  return (
    <Dialog title={`Request something of ${creator.displayName}`} onClose={onClosed}>
      <CommandForm
        form={form}
        action={amount ? `Request for ${money(amount, 'points')}` : 'Request'}
        comfort="Nothing is held twice."
        known={{
          insufficient_funds: <NotEnough available={available} />,
          wallet_frozen: (
            <Notice tone="held" role="alert" title="Your wallet is being checked">
              It takes nothing until that is done. Nothing was held; support can say more.
            </Notice>
          ),
        }}
      >
        <Field
          label="What you would like"
          name="title"
          placeholder="Custom song"
          autoComplete="off"
          maxLength={80}
          error={form.errors['title']}
        />
        <TextArea
          label="Details"
          name="details"
          placeholder="For my sister’s birthday, in a minor key"
          maxLength={1_000}
          error={form.errors['details']}
        />
        <Field
          label="Price in points"
          name="amount"
          inputMode="numeric"
          autoComplete="off"
          maxLength={20}
          value={price}
          onChange={(event) => setPrice(event.target.value)}
          hint={available === null ? '' : `You have ${money(available, 'points')}`}
          error={
            form.errors['amount'] === undefined
              ? isTooMuch
                ? `You have ${money(available, 'points')}. Top up, or offer less.`
                : undefined
              : 'Type a whole number of points, 1 or more.'
          }
        />
        <p className="min-h-10 text-ink-2 text-small max-md:min-h-15" aria-live="polite">
          {amount ? holdWords(amount, 'points', creator.displayName) : 'Name a price: it is held until it is done.'}
        </p>
      </CommandForm>
    </Dialog>
  );
}

function NotEnough({ available }: { readonly available: number | null }) {
  return (
    <Notice tone="failed" role="alert" title="You have not enough points for that">
      {available === null ? 'Nothing was held. ' : `You have ${money(available, 'points')}; nothing was held. `}
      Offer less, or{' '}
      <Link href="/wallet" className="font-medium text-ink underline underline-offset-4">
        top up your wallet
      </Link>
      .
    </Notice>
  );
}
