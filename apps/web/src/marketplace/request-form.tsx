'use client';

import type { CreatorsResponse, PerformanceRequestDetail } from '@skelly/types/marketplace';
import { useRouter } from 'next/navigation';
import { useId, useState } from 'react';
import { CommandForm } from '../auth/command-form';
import { useCommandForm } from '../auth/use-command-form';
import { isUnknown } from '../http/send';
import { useSendOnce } from '../live/use-send-once';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { TextArea } from '../ui/text-area';
import { figure, money } from '../wallet/money';
import { parseAmount } from '../wallet/parse-amount';
import type { Draft, Drafts } from './drafts';
import { AskedAlready, NotEnough, NotKnownYet } from './request-notices';
import { holdWords } from './step-words';
import { useAvailable } from './use-available';

export interface RequestFormProps {
  readonly creator: CreatorsResponse['items'][number];
  /** Keeps what was sent for as long as nobody knows how that ended. */
  readonly drafts: Drafts;
  readonly onClosed: () => void;
}

/** Asks a creator for a performance. What is held for it is said before it is. */
export default function RequestForm({ creator, drafts, onClosed }: RequestFormProps) {
  const available = useAvailable('points');
  const effectId = useId();
  const [draft] = useState(drafts.get(creator.userId));
  const [price, setPrice] = useState(draft ? figure(draft.amount) : '');
  const { form, already } = useRequestForm(creator.userId, drafts);
  const amount = parseAmount(price);
  // What was sent may be what the wallet lacks now.
  const isSent = amount !== null && amount === drafts.get(creator.userId)?.amount;
  const isTooMuch = amount !== null && available !== null && amount > available && !isSent;
  const title = `Request something of ${creator.displayName}`;
  if (already)
    return (
      <Dialog title={title} onClose={onClosed}>
        <AskedAlready request={already} />
      </Dialog>
    );
  return (
    <Dialog title={title} onClose={onClosed}>
      {draft && !form.failure ? <NotKnownYet name={creator.displayName} /> : null}
      <CommandForm
        form={form}
        action={amount ? `Request for ${money(amount, 'points')}` : 'Request'}
        describedBy={effectId}
        comfort="We do not know yet whether it was made. Nothing is held twice."
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
          defaultValue={draft?.title}
          error={form.errors['title']}
        />
        <TextArea
          label="Details"
          name="details"
          placeholder="For my sister’s birthday, in a minor key"
          maxLength={1_000}
          defaultValue={draft?.details}
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
        <p id={effectId} className="min-h-10 text-ink-2 text-small max-md:min-h-15">
          {amount ? holdWords(amount, 'points', creator.displayName) : 'Name a price: it is held until it is done.'}
        </p>
      </CommandForm>
    </Dialog>
  );
}

/** The form as a command, and the request that an earlier try has made already, where one has. */
function useRequestForm(creatorId: string, drafts: Drafts) {
  const router = useRouter();
  const sendOnce = useSendOnce();
  const [already, setAlready] = useState<PerformanceRequestDetail | null>(null);
  const form = useCommandForm<PerformanceRequestDetail>({
    send: async (body) => {
      // From before its end: the form may be closed meanwhile.
      drafts.set(creatorId, body as Draft);
      const sent = await sendOnce<PerformanceRequestDetail>('/api/requests', body);
      if (sent.ok || !isUnknown(sent.failure)) drafts.delete(creatorId);
      return sent;
    },
    loadCheck: () => import('@skelly/types/marketplace').then(({ openRequestBody }) => openRequestBody),
    toBody: (fields) => ({
      creatorId,
      title: fields['title'],
      details: fields['details'],
      amount: parseAmount(`${fields['amount']}`) ?? 0,
    }),
    onDone: (request, isRepeated) => {
      if (isRepeated) return setAlready(request);
      router.push(`/requests/${request.requestId}`);
      router.refresh();
    },
  });
  return { form, already };
}
