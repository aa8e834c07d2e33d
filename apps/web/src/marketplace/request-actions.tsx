'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Failure } from '../http/send';
import { Button } from '../ui/button';
import { ButtonLink } from '../ui/button-link';
import { AskOnce, DisputeForm, PerformForm } from './action-forms';
import { money } from './money';
import { notDoneWords } from './not-done-words';
import type { CommandName, RequestCommand } from './request-state';
import type { LiveRequest } from './use-request';

type WithoutTime<C> = C extends RequestCommand ? Omit<C, 'at'> : never;
export type Asked = WithoutTime<RequestCommand>;

interface RequestActionsProps {
  readonly request: PerformanceRequestDetail;
  readonly isSending: boolean;
  readonly run: LiveRequest['run'];
}

/** What whoever looks may do with a request now. Each is shown as done at once; what is refused comes back with its reason here. */
export function RequestActions({ request, isSending, run }: RequestActionsProps) {
  const [open, setOpen] = useState<CommandName | null>(null);
  const [why, setWhy] = useState<Failure | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const { actions, version } = request;
  const may = (name: CommandName) => actions.includes(name);

  const give = async (asked: Asked) => {
    setOpen(null);
    setWhy(null);
    // The button that was pressed goes: the keyboard goes on here.
    place.current?.focus({ preventScroll: true });
    const failure = await run({ ...asked, at: new Date().toISOString() } as RequestCommand);
    setWhy(failure);
  };
  const ask = (name: CommandName) => {
    setWhy(null);
    setOpen(name);
  };
  const close = () => setOpen(null);

  // What was not known to be done was done, or something else was: its answer alone was lost.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the sign
  useEffect(() => setWhy((now) => (now?.kind === 'refused' ? now : null)), [version]);

  const wasOpen = useRef(open);
  useEffect(() => {
    const last = wasOpen.current;
    wasOpen.current = open;
    if (last && !open) place.current?.querySelector<HTMLElement>(`[data-act="${last}"]`)?.focus();
  }, [open]);

  const button = (name: CommandName, words: ReactNode, look: 'primary' | 'secondary', onClick: () => void) =>
    may(name) ? (
      <Button key={name} look={look} data-act={name} onClick={onClick}>
        {words}
      </Button>
    ) : null;
  const due = request.performedAmount ?? request.amount;
  return (
    <div ref={place} tabIndex={-1} aria-busy={isSending} className="outline-none">
      {why ? (
        <p role="alert" className="mt-3 text-ember-ink text-small">
          {notDoneWords(why)}
        </p>
      ) : null}
      {open && may(open) ? (
        <div className="mt-3">
          <OpenAction name={open} request={request} onGive={give} onClose={close} />
        </div>
      ) : (
        <div className="mt-3 flex flex-wrap gap-3 empty:mt-0 max-sm:grid">
          {button('accept', 'Accept', 'primary', () => give({ name: 'accept' }))}
          {button('perform', 'I have performed', 'primary', () => ask('perform'))}
          {button('confirm', `Confirm and pay ${money(due, request.currency)}`, 'primary', () =>
            give({ name: 'confirm' }),
          )}
          {button('dispute', 'Something is wrong', 'secondary', () => ask('dispute'))}
          {button('decline', 'Decline', 'secondary', () => ask('decline'))}
          {button('withdraw', 'Withdraw', 'secondary', () => ask('withdraw'))}
          {may('resolve') ? (
            <ButtonLink href={`/ops/disputes?request=${request.requestId}`}>Decide in operations</ButtonLink>
          ) : null}
        </div>
      )}
    </div>
  );
}

interface OpenActionProps {
  readonly name: CommandName;
  readonly request: PerformanceRequestDetail;
  readonly onGive: (asked: Asked) => void;
  readonly onClose: () => void;
}

/** An action that needs one more word before it is done. */
function OpenAction({ name, request, onGive, onClose }: OpenActionProps) {
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
