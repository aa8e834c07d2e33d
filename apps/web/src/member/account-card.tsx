'use client';

import type { NotificationChannel } from '@skelly/types/notification-category';
import type { Preferences } from '@skelly/types/preference';
import type { Role } from '@skelly/types/user';
import { BadgeCheck, CircleDashed } from 'lucide';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { useSession } from '../live/session-provider';
import { Card } from '../ui/card';
import { Icon } from '../ui/icon';

const roles: Record<Role, string> = { member: 'Member', creator: 'Creator', support: 'Support', admin: 'Admin' };

/** The account as the server knows it, and how the member is reached. */
export function AccountCard({ preferences }: { readonly preferences: Preferences }) {
  const { user } = useSession();
  const since = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    new Date(user.createdAt),
  );
  return (
    <div className="grid gap-4.5">
      <Card title="Account">
        <dl className="px-5 pb-3">
          <Fact name="Name">{user.displayName}</Fact>
          <Fact name="Email">{user.email}</Fact>
          <Fact name="Confirmed">
            <span data-email-verified={user.emailVerified} className="flex items-center justify-end gap-1.5">
              {user.emailVerified ? (
                <Icon of={BadgeCheck} className="size-4 text-moss" />
              ) : (
                <Icon of={CircleDashed} className="size-4 text-sun" />
              )}
              {user.emailVerified ? 'Yes' : 'Not yet'}
            </span>
          </Fact>
          <Fact name={roles[user.role]}>since {since}</Fact>
        </dl>
      </Card>
      <Card
        title="How we reach you"
        aside={
          <Link
            href="/settings/notifications"
            className="rounded-sm py-2 text-ink-2 underline-offset-4 hover:text-ink hover:underline"
          >
            Change
          </Link>
        }
      >
        <dl className="px-5 pb-3">
          <Fact name="In the app">{extentOf(preferences, 'in-app')}</Fact>
          <Fact name="By mail">{extentOf(preferences, 'mail')}</Fact>
          <Fact name="Language">{languageName(preferences.locale)}</Fact>
          <Fact name="Time zone">{preferences.timeZone.replaceAll('_', ' ')}</Fact>
        </dl>
      </Card>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-10 items-center justify-between gap-4 border-line border-t py-2 first:border-t-0">
      <dt className="shrink-0 text-ink-2">{name}</dt>
      <dd className="min-w-0 break-words text-right [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

/** How much of what there is comes by a channel. */
function extentOf({ notifications }: Preferences, channel: NotificationChannel): string {
  const all = notifications.filter((choice) => choice.channel === channel);
  const on = all.filter(({ enabled }) => enabled).length;
  return on === all.length ? 'Everything' : on === 0 ? 'Nothing' : `${on} of ${all.length} kinds`;
}

function languageName(locale: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}
