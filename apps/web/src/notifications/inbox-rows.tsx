'use client';

import type { InboxFilter, Notification } from '@skelly/types/notification';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useInboxCommands } from '../live/session-provider';
import type { InboxAct } from '../live/use-inbox';
import { EmptyInbox } from './empty-inbox';
import { InboxRow } from './inbox-row';

/** What left the list by the member's own hand, and by what. */
interface Gone {
  readonly item: Notification;
  readonly by: InboxAct;
}

const undoOf: Record<InboxAct, InboxAct> = { read: 'unread', unread: 'read', archive: 'restore', restore: 'archive' };
const doneWords: Record<InboxAct, string> = {
  read: 'Read',
  unread: 'New again',
  archive: 'Archived',
  restore: 'Put back',
};

/** Whether an act takes a row out of the part that is shown. */
function leaves(filter: InboxFilter, by: InboxAct): boolean {
  return by === 'archive' || by === 'restore' || (by === 'read' && filter === 'unread');
}

function without(gone: readonly Gone[], id: string): readonly Gone[] {
  return gone.filter(({ item }) => item.id !== id);
}

interface InboxRowsProps {
  readonly filter: InboxFilter;
  readonly items: readonly Notification[];
}

/** The rows of a part. One that leaves it by the member's hand has a line in its place that takes it back, so that nothing moves. */
export function InboxRows({ filter, items }: InboxRowsProps) {
  const { act } = useInboxCommands();
  const [gone, setGone] = useState<readonly Gone[]>([]);
  const [failed, setFailed] = useState<ReadonlyMap<string, InboxAct>>(new Map());
  const note = useCallback(
    (id: string, name: InboxAct | null) =>
      setFailed(
        (now) => new Map([...[...now].filter(([other]) => other !== id), ...(name ? [[id, name] as const] : [])]),
      ),
    [],
  );
  // The same function for every row, so that a row is drawn again only when it has changed.
  const run = useCallback(
    async (item: Notification, name: InboxAct) => {
      note(item.id, null);
      setGone((now) => [...without(now, item.id), ...(leaves(filter, name) ? [{ item, by: name }] : [])]);
      if (await act(item.id, name)) return;
      setGone((now) => without(now, item.id));
      note(item.id, name);
    },
    [act, note, filter],
  );

  const left = gone.filter(({ item }) => !items.some(({ id }) => id === item.id));
  const rows = [...items.map((item) => ({ item, by: null })), ...left].sort((a, b) => (a.item.id < b.item.id ? 1 : -1));
  if (rows.length === 0) return <EmptyInbox filter={filter} />;
  return (
    <ul className="mt-1" aria-label="Notifications">
      {rows.map(({ item, by }) =>
        by === null ? (
          <InboxRow key={item.id} item={item} failed={failed.get(item.id) ?? null} onAct={run} />
        ) : (
          <GoneRow
            key={`${item.id} ${by}`}
            words={`${doneWords[by]}: ${item.title}`}
            failed={failed.get(item.id) === undoOf[by]}
            onUndo={async () => {
              note(item.id, null);
              if (await act(item.id, undoOf[by])) setGone((now) => without(now, item.id));
              else note(item.id, undoOf[by]);
            }}
          />
        ),
      )}
    </ul>
  );
}

interface GoneRowProps {
  readonly words: string;
  readonly failed: boolean;
  readonly onUndo: () => void;
}

function GoneRow({ words, failed, onUndo }: GoneRowProps) {
  const button = useRef<HTMLButtonElement>(null);
  // The button that had the focus has gone with its row: whoever uses the keyboard goes on here.
  useEffect(() => button.current?.focus({ preventScroll: true }), []);
  return (
    <li className="flex min-h-12 items-center justify-between gap-3 border-line border-t px-5 text-ink-2 text-small first:border-t-0">
      <span role={failed ? 'alert' : 'status'} className={failed ? 'text-ember-ink' : 'min-w-0 truncate'}>
        {failed ? 'Not undone. Try again.' : words}
      </span>
      <button
        ref={button}
        type="button"
        onClick={onUndo}
        className="shrink-0 rounded-sm px-2 py-1 font-medium text-ink underline underline-offset-4 max-md:min-h-11"
      >
        Undo
      </button>
    </li>
  );
}
