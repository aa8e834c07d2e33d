'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useFailure } from '../live/use-failure';
import { Button } from '../ui/button';
import { ButtonLink } from '../ui/button-link';
import { money } from '../wallet/money';
import type { CommandName, RequestCommand } from './request-state';
import type { LiveRequest } from './use-request';

type WithoutTime<C> = C extends RequestCommand ? Omit<C, 'at'> : never;
export type Asked = WithoutTime<RequestCommand>;

/** An action that needs one more word before it is done. */
export interface OpenActionProps {
  readonly name: CommandName;
  readonly request: PerformanceRequestDetail;
  readonly onGive: (asked: Asked) => void;
  readonly onClose: () => void;
}

/** What somebody needs who has begun to use the page: no part of its first load. */
const loadForms = () => import('./action-forms');

interface RequestActionsProps {
  readonly request: PerformanceRequestDetail;
  readonly isSending: boolean;
  readonly run: LiveRequest['run'];
}

/** What whoever looks may do with a request now. Each is shown as done at once; what is refused comes back with its reason here. */
export function RequestActions({ request, isSending, run }: RequestActionsProps) {
  const [open, setOpen] = useState<CommandName | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const { forms, hasFailed, fetchForms } = useForms();
  const { actions, version } = request;
  const [why, setWhy] = useFailure(version);
  const may = (name: CommandName) => actions.includes(name);

  const give = async (asked: Asked) => {
    setOpen(null);
    setWhy(null);
    // The button that was pressed goes: the keyboard goes on here.
    place.current?.focus({ preventScroll: true });
    const failure = await run({ ...asked, at: new Date().toISOString() } as RequestCommand);
    setWhy(failure);
    if (failure) fetchForms();
  };
  const ask = (name: CommandName) => {
    setWhy(null);
    setOpen(name);
    fetchForms();
  };
  const close = () => setOpen(null);

  // Somebody else has moved it on: what was begun here is no more to be done.
  const isGone = open !== null && !may(open);
  useEffect(() => {
    if (isGone) setOpen(null);
  }, [isGone]);

  const wasOpen = useRef(open);
  useEffect(() => {
    const last = wasOpen.current;
    wasOpen.current = open;
    if (!last || open) return;
    const act = place.current?.querySelector<HTMLElement>(`[data-act="${last}"]`);
    (act ?? place.current)?.focus({ preventScroll: true });
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
          {forms
            ? forms.failureWords(why)
            : why.kind === 'refused'
              ? why.problem.detail
              : 'We do not know yet whether that was done. Try again in a moment.'}
        </p>
      ) : null}
      {hasFailed && open ? (
        <p role="alert" className="mt-3 text-ember-ink text-small">
          That could not be opened. Try again when you are back online.
        </p>
      ) : null}
      {open && may(open) && forms ? (
        <div className="mt-3">
          <forms.OpenAction name={open} request={request} onGive={give} onClose={close} />
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

/** Milliseconds after which the forms are loaded though nobody has asked for one, so that they open without a network. */
const LOAD_AFTER_MS = 1_000;

/** What asks for one more word, and says why something was not done. */
function useForms() {
  const [forms, setForms] = useState<Awaited<ReturnType<typeof loadForms>> | null>(null);
  const [hasFailed, setHasFailed] = useState(false);
  const fetchForms = useCallback(() => {
    setHasFailed(false);
    loadForms().then(setForms, () => setHasFailed(true));
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => void loadForms().catch(() => null), LOAD_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return { forms, hasFailed, fetchForms };
}
