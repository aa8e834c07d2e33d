'use client';

import clsx from 'clsx';
import { Bell as BellIcon } from 'lucide-react';
import Link from 'next/link';
import { useReport } from '../live/interactions';
import { useSession } from '../live/session-provider';
import { Flyout } from '../ui/flyout';
import { EmptyInbox } from './empty-inbox';
import { MarkAllRead } from './mark-all-read';
import { NotificationRow } from './notification-row';

/** Rows that the panel shows; the page has all. */
const SHOWN = 6;

/** The bell: how many are new, and the latest on a click. */
export function Bell() {
  const { inbox } = useSession();
  const report = useReport();
  return (
    <Flyout
      label="Notifications"
      onOpen={() => report('bell.opened')}
      buttonLabel={inbox.unread === 0 ? 'Notifications' : `Notifications, ${inbox.unread} new`}
      button={
        <>
          <BellIcon aria-hidden="true" className="size-[18px]" />
          <UnreadBadge count={inbox.unread} className="-top-1.5 -right-1.5 absolute" />
        </>
      }
      buttonClass="relative grid size-9 place-items-center rounded-md border border-line bg-paper hover:border-ink-3/60 max-md:size-11"
      panelClass="w-100"
    >
      {(close) => (
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
      )}
    </Flyout>
  );
}

/** The count in ember; nothing at zero. */
export function UnreadBadge({ count, className }: { readonly count: number; readonly className?: string }) {
  if (count === 0) return null;
  return (
    <span
      key={count}
      data-unread={count}
      aria-hidden="true"
      className={clsx(
        'tabular grid h-[18px] min-w-[18px] animate-pop place-items-center rounded-full bg-ember-ink px-1 font-semibold text-fine text-on-ember leading-none',
        className,
      )}
    >
      {count > 99 ? '99+' : count}
    </span>
  );
}
