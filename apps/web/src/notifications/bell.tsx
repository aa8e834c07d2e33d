'use client';

import clsx from 'clsx';
import { Bell as BellIcon } from 'lucide';
import { useReport } from '../live/interactions';
import { useSession } from '../live/session-provider';
import { Flyout } from '../ui/flyout';
import { Icon } from '../ui/icon';
import { useTitleCount } from './use-title-count';

const loadPanel = () => import('./bell-panel').then(({ BellPanel }) => BellPanel);

/** The bell: how many are new, and the latest on a click. */
export function Bell() {
  const { inbox } = useSession();
  const report = useReport();
  useTitleCount(inbox.unread);
  return (
    <Flyout
      label="Notifications"
      onOpen={() => report('bell.opened')}
      buttonLabel={inbox.unread === 0 ? 'Notifications' : `Notifications, ${inbox.unread} new`}
      button={
        <>
          <Icon of={BellIcon} className="size-[18px]" />
          <UnreadBadge count={inbox.unread} className="-top-1.5 -right-1.5 absolute" />
        </>
      }
      buttonClass="relative grid size-9 place-items-center rounded-md border border-line bg-paper hover:border-ink-3/60 max-md:size-11"
      panelClass="w-100"
      load={loadPanel}
    />
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
