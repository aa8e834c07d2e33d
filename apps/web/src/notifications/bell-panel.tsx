'use client';

import Link from 'next/link';
import { useSession } from '../live/session-provider';
import type { FlyoutPanelProps } from '../ui/flyout';
import { EmptyInbox } from './empty-inbox';
import { MarkAllRead } from './mark-all-read';
import { NotificationRow } from './notification-row';

/** Rows that the panel shows; the page has all. */
const SHOWN = 6;

/** The latest of the inbox. */
export function BellPanel({ close }: FlyoutPanelProps) {
  const { inbox } = useSession();
  return (
    <>
      <header className="flex min-h-13 shrink-0 items-center justify-between gap-4 border-line border-b px-5">
        <h2 className="font-semibold">Notifications</h2>
        <MarkAllRead />
      </header>
      {inbox.items.length === 0 ? (
        <EmptyInbox />
      ) : (
        <ul className="min-h-0 overflow-y-auto">
          {inbox.items.slice(0, SHOWN).map((item) => (
            <NotificationRow key={item.id} item={item} onFollow={close} />
          ))}
        </ul>
      )}
      <Link
        href="/notifications"
        onClick={close}
        className="-outline-offset-2 grid h-11 shrink-0 place-items-center border-line border-t font-medium text-small hover:bg-sunk/45"
      >
        See all
      </Link>
    </>
  );
}
