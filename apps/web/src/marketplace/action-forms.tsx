'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { type FormEvent, type KeyboardEvent, useId, useState } from 'react';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { LateButton } from '../ui/late-button';
import { TextArea } from '../ui/text-area';
import { figure, money } from '../wallet/money';
import { parseAmount } from '../wallet/parse-amount';
import type { Asked, OpenActionProps } from './request-actions';
import { splitWords } from './step-words';

export { failureWords } from '../http/failure-words';

const onEscape = (close: () => void) => (event: KeyboardEvent) => {
  if (event.key === 'Escape') close();
};

/** An action that needs one more word before it is done. */
export function OpenAction({ name, request, onGive, onClose }: OpenActionProps) {
  const price = money(request.amount, request.currency);
  switch (name) {
    case 'perform':
      return <PerformForm request={request} onGive={onGive} onClose={onClose} />;
    case 'dispute':
      return <DisputeForm onGive={onGive} onClose={onClose} />;
    case 'decline':
      return (
        <AskOnce
          question={`${price} go back to ${request.fan.displayName}, and this request ends.`}
          yes="Decline it"
          no="Keep it"
          onYes={() => onGive({ name })}
          onNo={onClose}
        />
      );
    case 'withdraw':
      return (
        <AskOnce
          question={`${price} come back to you, and ${request.creator.displayName} is told that you no longer want it.`}
          yes="Withdraw it"
          no="Keep it"
          onYes={() => onGive({ name })}
          onNo={onClose}
        />
      );
    default:
      return null;
  }
}

interface AskOnceProps {
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Says what an action does, and does it at a second word. */
function AskOnce({ question, yes, no, onYes, onNo }: AskOnceProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: escape is a second way to the button that says no
    <div onKeyDown={onEscape(onNo)}>
      <p role="status" className="mb-3 text-ink-2">
        {question}
      </p>
      <div className="flex flex-wrap gap-3 max-sm:grid">
        <LateButton onClick={onYes} autoFocus>
          {yes}
        </LateButton>
        <Button look="quiet" onClick={onNo}>
          {no}
        </Button>
      </div>
    </div>
  );
}

interface FormProps {
  readonly onGive: (asked: Asked) => void;
  readonly onClose: () => void;
}

/** All of it was done, or a part: then the rest goes back. */
function PerformForm({ request, onGive, onClose }: FormProps & { readonly request: PerformanceRequestDetail }) {
  const { amount, currency, fan } = request;
  const effectId = useId();
  const [text, setText] = useState(figure(amount));
  const [error, setError] = useState<string>();
  const asked = parseAmount(text);
  const isRight = asked !== null && asked >= 1 && asked <= amount;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isRight) return setError(`Type a whole number from 1 to ${figure(amount)}.`);
    onGive(asked === amount ? { name: 'perform' } : { name: 'perform', amount: asked });
  };
  return (
    <form method="post" noValidate onSubmit={submit} onKeyDown={onEscape(onClose)} className="grid max-w-100 gap-1">
      <Field
        label={`Points for what you did, of ${money(amount, currency)}`}
        name="amount"
        inputMode="numeric"
        autoComplete="off"
        maxLength={20}
        autoFocus
        value={text}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setText(event.target.value);
          setError(undefined);
        }}
        error={error}
      />
      <p id={effectId} className="mb-2 min-h-10 text-ink-2 text-small">
        {isRight
          ? `${splitWords(asked, request, 'creator')} ${fan.displayName} has a day to say otherwise.`
          : 'All of it, or the part that you did.'}
      </p>
      <div className="flex flex-wrap gap-3 max-sm:grid">
        <Button type="submit" aria-describedby={effectId}>
          {isRight && asked < amount ? 'Performed in part' : 'Performed in full'}
        </Button>
        <Button look="quiet" onClick={onClose}>
          Not yet
        </Button>
      </div>
    </form>
  );
}

/** What is wrong, in the fan's words; support reads it, and the creator. */
function DisputeForm({ onGive, onClose }: FormProps) {
  const [reason, setReason] = useState('');
  const [error, setError] = useState<string>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (reason.trim() === '') return setError('Say what is wrong.');
    onGive({ name: 'dispute', reason: reason.trim() });
  };
  return (
    <form method="post" noValidate onSubmit={submit} onKeyDown={onEscape(onClose)} className="grid max-w-120 gap-1">
      <TextArea
        label="What is wrong"
        name="reason"
        maxLength={500}
        autoFocus
        value={reason}
        onChange={(event) => {
          setReason(event.target.value);
          setError(undefined);
        }}
        error={error}
        hint="Support and the creator read it. Nothing is paid until support has decided."
      />
      <div className="mt-2 flex flex-wrap gap-3 max-sm:grid">
        <Button type="submit">Dispute it</Button>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
