'use client';

import type { Preferences } from '@skelly/types/preference';
import type { WalletResponse } from '@skelly/types/wallet';
import Link from 'next/link';
import { useSession } from '../live/session-provider';
import { EmptyInbox } from '../notifications/empty-inbox';
import { NotificationRow } from '../notifications/notification-row';
import { Card } from '../ui/card';
import { AccountCard } from './account-card';
import { FirstSteps } from './first-steps';
import { PageHeader } from './page-header';
import { PointsCard } from './points-card';
import { useGreeting } from './use-greeting';

/** Rows of the activity on this page; the notifications page has all. */
const SHOWN = 8;

interface HomeProps {
  readonly greeting: string;
  readonly preferences: Preferences;
  /** null when it could not be read: the page does without. */
  readonly wallet: WalletResponse | null;
}

/** A member's home: points, the first steps, what happened, and the account. */
export function Home({ greeting, preferences, wallet }: HomeProps) {
  const { user, inbox } = useSession();
  const line =
    inbox.unread === 0
      ? 'You are all caught up'
      : inbox.unread === 1
        ? '1 new notification'
        : `${inbox.unread} new notifications`;
  return (
    <>
      <PageHeader
        title={`${useGreeting(greeting)}, ${user.displayName}`}
        line={<span className="tabular">{line}</span>}
      />
      <div className="grid grid-cols-[minmax(0,4fr)_minmax(0,3fr)] items-start gap-4.5 max-lg:grid-cols-1">
        <div className="grid gap-4.5">
          {wallet ? <PointsCard first={wallet} /> : null}
          <FirstSteps />
          <Card
            title="Activity"
            aside={
              <Link
                href="/notifications"
                className="rounded-sm py-2 text-ink-2 underline-offset-4 hover:text-ink hover:underline"
              >
                All
              </Link>
            }
          >
            {inbox.items.length === 0 ? (
              <EmptyInbox />
            ) : (
              <ul className="mt-1" aria-label="Latest activity">
                {inbox.items.slice(0, SHOWN).map((item) => (
                  <NotificationRow key={item.id} item={item} />
                ))}
              </ul>
            )}
          </Card>
        </div>
        <AccountCard preferences={preferences} />
      </div>
    </>
  );
}
