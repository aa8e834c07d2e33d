'use client';

import type { DisputesResponse } from '@skelly/types/marketplace';
import { useCallback, useEffect } from 'react';
import { Skull } from '../../art/skull';
import { Notice } from '../../ui/notice';
import { useAddress } from '../../ui/use-address';
import { DisputePanel } from './dispute-panel';
import { DisputeRow } from './dispute-row';
import { useDisputes } from './use-disputes';

const columns = ['Waits since', 'Request', 'Between', 'Asked for', 'What is wrong'];

/** Disputes that wait for support, oldest first, and the one that is chosen. */
export function DisputesPage({ read }: { readonly read: DisputesResponse }) {
  const { items, stale, steps, retry } = useDisputes(read);
  const { get, set } = useAddress();
  const chosen = get('request');
  const choose = useCallback((requestId: string) => set('request', requestId), [set]);
  const close = useCallback(() => {
    focusRow(get('request'));
    set('request', '');
  }, [get, set]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement) return;
      if (event.key === 'Escape') {
        // An open panel of the header takes the key for itself.
        if (chosen && !event.defaultPrevented && !document.querySelector(':popover-open')) close();
        return;
      }
      if (event.key !== 'j' && event.key !== 'k') return;
      const at = items.findIndex(({ requestId }) => requestId === chosen);
      const next = items[at === -1 ? 0 : at + (event.key === 'j' ? 1 : -1)];
      if (!next) return;
      choose(next.requestId);
      focusRow(next.requestId);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [items, chosen, choose, close]);

  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      <p
        role="status"
        className="tabular flex min-h-12 items-center border-line border-b px-5.5 py-2 text-ink-2 text-small max-md:px-4"
      >
        {countWords(items.length)}
      </p>
      <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <section
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          data-disputes=""
          aria-label="Disputes, oldest first"
          className="-outline-offset-2 min-h-0 overflow-y-auto overscroll-contain lg:only:col-span-2"
        >
          {stale ? (
            <Notice tone="held" role="alert" title="The list is not current" className="mx-5.5 my-3 max-md:mx-4">
              <button type="button" onClick={retry} className="font-medium text-ink underline underline-offset-4">
                Read it again
              </button>
            </Notice>
          ) : null}
          {items.length === 0 ? (
            <NoDisputes />
          ) : (
            <table aria-label="Disputes" className="block w-full">
              <thead className="sticky top-0 z-5 block bg-bone max-md:hidden">
                <tr className="dispute-grid h-9 items-center border-line border-b text-fine text-ink-2">
                  {columns.map((name) => (
                    <th
                      key={name}
                      scope="col"
                      className={name === 'Asked for' ? 'text-right font-normal' : 'text-left font-normal'}
                    >
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody className="block">
                {items.map((dispute) => (
                  <DisputeRow
                    key={dispute.requestId}
                    dispute={dispute}
                    chosen={dispute.requestId === chosen}
                    onChoose={choose}
                  />
                ))}
              </tbody>
            </table>
          )}
        </section>
        {items.length > 0 || chosen ? <DisputePanel requestId={chosen} steps={steps} onClose={close} /> : null}
      </div>
    </div>
  );
}

function countWords(count: number): string {
  if (count === 0) return 'Nothing is disputed. Points of a disputed request stay held until it is decided here.';
  return `${count === 1 ? '1 dispute waits' : `${count} disputes wait`} for a decision, oldest first. Points stay held until then.`;
}

function NoDisputes() {
  return (
    <div className="flex flex-col items-center px-6 py-16 text-center">
      <Skull mood="asleep" className="size-14" />
      <p className="mt-4 font-medium">Nothing to decide</p>
      <p className="mt-1 max-w-80 text-ink-2 text-small">A request that is disputed shows up here by itself.</p>
    </div>
  );
}

/** One that is no more in the list, as it was decided, leaves the focus to the list. */
function focusRow(requestId: string): void {
  const row = requestId && document.querySelector<HTMLElement>(`[data-dispute="${CSS.escape(requestId)}"] button`);
  (row || document.querySelector<HTMLElement>('[data-disputes]'))?.focus();
}
