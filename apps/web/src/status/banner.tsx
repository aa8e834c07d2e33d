'use client';

import { isOperator } from '@skelly/types/role';
import clsx from 'clsx';
import { Hourglass, Megaphone, X } from 'lucide';
import { type ReactNode, useState } from 'react';
import { useSession } from '../live/session-provider';
import { Icon } from '../ui/icon';
import { healthWords } from './words';

/**
 * What there is to say of the system, in a line above the page. It goes by itself; an announcement can be put away.
 *
 * @param edge the padding at the sides, so that it stands in line with the page
 */
export function StatusBanner({ edge }: { readonly edge: string }) {
  const { user, connection, status } = useSession();
  const [putAway, setPutAway] = useState<string | null>(null);
  const health = healthWords(status.health, { isOperator: isOperator(user.role), connection: connection.state });
  const announcement = status.announcement?.announcementId === putAway ? null : status.announcement;
  return (
    <div role="status" aria-label="System status" className="shrink-0">
      {health ? (
        <Line
          kind="health"
          className={clsx('bg-sun-soft', edge)}
          icon={<Icon of={Hourglass} className="size-4 text-sun" />}
        >
          {health}
        </Line>
      ) : null}
      {announcement ? (
        <Line
          kind="announcement"
          className={clsx('bg-sky-soft', edge)}
          icon={<Icon of={Megaphone} className="size-4 text-sky" />}
          onPutAway={() => setPutAway(announcement.announcementId)}
        >
          {announcement.text}
        </Line>
      ) : null}
    </div>
  );
}

interface LineProps {
  readonly kind: 'health' | 'announcement';
  readonly className: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
  readonly onPutAway?: () => void;
}

function Line({ kind, className, icon, children, onPutAway }: LineProps) {
  return (
    <div
      data-status={kind}
      className={clsx(
        'flex min-h-11 animate-rise items-center gap-3 border-line border-b text-small max-md:px-4',
        className,
      )}
    >
      <span className="shrink-0">{icon}</span>
      <p className="min-w-0 flex-1 py-2 [overflow-wrap:anywhere]">{children}</p>
      {onPutAway ? (
        <button
          type="button"
          onClick={onPutAway}
          aria-label="Put the announcement away"
          className="-mr-2 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink max-md:size-11"
        >
          <Icon of={X} className="size-4" />
        </button>
      ) : null}
    </div>
  );
}
