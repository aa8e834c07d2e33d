'use client';

import type { Notification } from '@skelly/types/notification';
import { Archive, ArchiveRestore, CircleQuestionMark, Mail, MailOpen } from 'lucide';
import { memo, type ReactNode, useId, useState } from 'react';
import type { InboxAct } from '../live/use-inbox';
import { Icon } from '../ui/icon';
import { NotificationRow } from './notification-row';
import { Why } from './why';

const failures: Record<InboxAct, string> = {
  read: 'Not marked as read.',
  unread: 'Not marked as new.',
  archive: 'Not archived.',
  restore: 'Not put back.',
};

interface InboxRowProps {
  readonly item: Notification;
  /** What the server has not done of late. */
  readonly failed: InboxAct | null;
  readonly onAct: (item: Notification, act: InboxAct) => void;
}

/** A notification with all that a member can do about it. */
export const InboxRow = memo(function InboxRow({ item, failed, onAct }: InboxRowProps) {
  const [asked, setAsked] = useState(false);
  const panel = useId();
  const archived = item.archivedAt !== null;
  return (
    <NotificationRow item={item}>
      <div className="flex flex-wrap items-center gap-x-1 pr-3 pb-2 pl-[61px] max-md:pl-3">
        {archived ? (
          <RowButton label="Put back" about={item.title} onClick={() => onAct(item, 'restore')}>
            <Icon of={ArchiveRestore} className="size-4" />
          </RowButton>
        ) : (
          <>
            <RowButton
              label={item.readAt === null ? 'Mark read' : 'Mark as new'}
              about={item.title}
              onClick={() => onAct(item, item.readAt === null ? 'read' : 'unread')}
            >
              {item.readAt === null ? <Icon of={MailOpen} className="size-4" /> : <Icon of={Mail} className="size-4" />}
            </RowButton>
            <RowButton label="Archive" about={item.title} onClick={() => onAct(item, 'archive')}>
              <Icon of={Archive} className="size-4" />
            </RowButton>
          </>
        )}
        {item.sourceEventId ? (
          <RowButton
            label="Why this?"
            about={item.title}
            expanded={asked}
            controls={panel}
            onClick={() => setAsked(!asked)}
          >
            <Icon of={CircleQuestionMark} className="size-4" />
          </RowButton>
        ) : null}
        {failed ? (
          <span role="alert" className="px-2 text-ember-ink text-small">
            {failures[failed]} Try again.
          </span>
        ) : null}
      </div>
      <div id={panel} hidden={!asked}>
        {asked && item.sourceEventId ? <Why eventId={item.sourceEventId} /> : null}
      </div>
    </NotificationRow>
  );
});

interface RowButtonProps {
  readonly label: string;
  /** The title of the notification, for those who hear the button by itself. */
  readonly about: string;
  readonly onClick: () => void;
  readonly expanded?: boolean;
  readonly controls?: string;
  readonly children: ReactNode;
}

function RowButton({ label, about, onClick, expanded, controls, children }: RowButtonProps) {
  return (
    <button
      type="button"
      aria-label={`${label}: ${about}`}
      onClick={onClick}
      aria-expanded={expanded}
      aria-controls={controls}
      className="flex h-8 items-center gap-1.5 rounded-sm px-2 text-ink-2 text-small hover:bg-sunk hover:text-ink max-md:h-11"
    >
      {children}
      {label}
    </button>
  );
}
