'use client';

import type { Notification } from '@skelly/types/notification';
import clsx from 'clsx';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useInboxCommands } from '../live/session-provider';
import { RelativeTime } from '../ui/relative-time';
import { NotificationPicture } from './picture';

interface NotificationRowProps {
  readonly item: Notification;
  /** Called when the member follows it somewhere. */
  readonly onFollow?: () => void;
  /** What can be done with it, below its words. */
  readonly children?: ReactNode;
}

/**
 * One notification in a list. The dot says that it is new; the words "New" say so to a screen reader. Whoever follows it has
 * read it.
 */
export function NotificationRow({ item, onFollow, children }: NotificationRowProps) {
  const { act } = useInboxCommands();
  const unread = item.readAt === null && item.archivedAt === null;
  const follow = () => {
    // A reading that is lost is no harm: the notification stays new.
    if (item.readAt === null) void act(item.id, 'read');
    onFollow?.();
  };
  const body = (
    <>
      <span className="relative shrink-0">
        <NotificationPicture category={item.category} />
        {unread ? (
          <span
            aria-hidden="true"
            className="-top-1 -right-1 absolute size-2.5 rounded-full border-2 border-paper bg-ember"
          />
        ) : null}
      </span>
      <div className="min-w-0 flex-1">
        <p className={clsx(unread ? 'font-semibold' : 'font-medium')}>
          {unread ? <span className="sr-only">New: </span> : null}
          {item.title}
        </p>
        <p className="text-ink-2 text-small">{item.body}</p>
      </div>
      <RelativeTime at={item.createdAt} className="shrink-0 pt-px text-fine text-ink-2" />
    </>
  );
  const row = clsx('flex min-h-16 items-start gap-3.5 px-5 pt-3.5', children ? 'pb-1' : 'pb-3.5');
  return (
    <li
      data-notification={item.id}
      className="border-line border-t [contain-intrinsic-size:auto_6.5rem] [content-visibility:auto] first:border-t-0"
    >
      {item.href ? (
        <Link href={item.href} onClick={follow} className={clsx(row, '-outline-offset-2 hover:bg-sunk/45')}>
          {body}
        </Link>
      ) : (
        <div className={row}>{body}</div>
      )}
      {children}
    </li>
  );
}
