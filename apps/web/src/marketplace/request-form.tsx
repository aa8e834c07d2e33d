'use client';

import type { CreatorsResponse, PerformanceRequestDetail } from '@skelly/types/marketplace';
import { useId, useState } from 'react';
import { CommandForm } from '../auth/command-form';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { TextArea } from '../ui/text-area';
import { figure, money } from '../wallet/money';
import { parseAmount } from '../wallet/parse-amount';
import { type Draft, isSameDraft, useDrafts } from './drafts';
import { AskedAlready, NotEnough, NotKnownYet, TriedBefore } from './request-notices';
import { holdWords } from './step-words';
import { useAvailable } from './use-available';
import { useRequestForm } from './use-request-form';

type Creator = CreatorsResponse['items'][number];

export interface RequestFormProps {
  readonly creator: Creator;
  readonly onClosed: () => void;
}

/** Asks a creator for a performance. What is held for it is said before it is. */
export default function RequestForm({ creator, onClosed }: RequestFormProps) {
  const drafts = useDrafts(creator.userId);
  const [draft, setDraft] = useState(drafts.at(-1) ?? null);
  const [already, setAlready] = useState<PerformanceRequestDetail | null>(null);
  return (
    <Dialog title={`Request something of ${creator.displayName}`} onClose={onClosed}>
      {already ? (
        <AskedAlready request={already} />
      ) : (
        <AskForm
          key={JSON.stringify(draft)}
          creator={creator}
          draft={draft}
          drafts={drafts}
          onDraft={setDraft}
          onAlready={setAlready}
        />
      )}
    </Dialog>
  );
}

interface AskFormProps {
  readonly creator: Creator;
  /** What the form begins with: it was sent before. */
  readonly draft: Draft | null;
  /** All that were sent and of which nobody knows yet. */
  readonly drafts: readonly Draft[];
  readonly onDraft: (draft: Draft) => void;
  readonly onAlready: (request: PerformanceRequestDetail) => void;
}

function AskForm({ creator, draft, drafts, onDraft, onAlready }: AskFormProps) {
  const available = useAvailable('points');
  const effectId = useId();
  const [price, setPrice] = useState(draft ? figure(draft.amount) : '');
  const { form, sent } = useRequestForm(creator.userId, onAlready);
  const amount = parseAmount(price);
  // What was sent may be what the wallet lacks now.
  const isSent = drafts.some((each) => each.amount === amount);
  const isTooMuch = amount !== null && available !== null && amount > available && !isSent;
  // Of what this form has sent itself, it says more below.
  const unknown = drafts.filter((each) => !isSameDraft(each, sent));
  const isHere = unknown.some((each) => isSameDraft(each, draft));
  return (
    <>
      {unknown.length > 0 ? (
        <NotKnownYet
          name={creator.displayName}
          isHere={isHere}
          others={unknown.filter((each) => !isSameDraft(each, draft))}
          onTake={onDraft}
        />
      ) : null}
      {draft && !isHere && !isSameDraft(draft, sent) ? <TriedBefore /> : null}
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
    </>
  );
}
