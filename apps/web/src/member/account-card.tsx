'use client';

import type { Preferences } from '@skelly/types/preference';
import type { Role } from '@skelly/types/user';
import { BadgeCheck, CircleDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import { useEffect, useState } from 'react';
import { send } from '../http/send';
import { useSession } from '../live/session-provider';
import { Card } from '../ui/card';
import { Bone } from '../ui/skeleton';

const roles: Record<Role, string> = { member: 'Member', creator: 'Creator', support: 'Support', admin: 'Admin' };

/** The account as the server knows it, and how the member is reached. */
export function AccountCard({ preferences: given }: { readonly preferences: Preferences | null }) {
  const { user, inbox } = useSession();
  const preferences = usePreferences(given, inbox.inboxVersion);
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
                <BadgeCheck aria-hidden="true" className="size-4 text-moss" />
              ) : (
                <CircleDashed aria-hidden="true" className="size-4 text-sun" />
              )}
              {user.emailVerified ? 'Yes' : 'Not yet'}
            </span>
          </Fact>
          <Fact name={roles[user.role]}>since {since}</Fact>
        </dl>
      </Card>
      <Card title="How we reach you">
        <dl className="px-5 pb-3">
          <Fact name="In the app">{preferences ? onOff(preferences.inApp) : <Bone className="h-4 w-10" />}</Fact>
          <Fact name="By mail">{preferences ? onOff(preferences.mail) : <Bone className="h-4 w-10" />}</Fact>
          <Fact name="Language">{preferences ? languageName(preferences.locale) : <Bone className="h-4 w-18" />}</Fact>
          <Fact name="Time zone">
            {preferences ? preferences.timeZone.replaceAll('_', ' ') : <Bone className="h-4 w-24" />}
          </Fact>
        </dl>
      </Card>
    </div>
  );
}

/** Preferences come into being a moment after the account; asks again when something happens to it until they are there. */
function usePreferences(given: Preferences | null, inboxVersion: number): Preferences | null {
  const [preferences, setPreferences] = useState(given);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the inbox is the sign to ask again
  useEffect(() => {
    if (preferences) return;
    const stop = new AbortController();
    void send<Preferences>('/api/preferences', { method: 'GET', signal: stop.signal }).then((answer) => {
      if (answer.ok) setPreferences(answer.data);
    });
    return () => stop.abort();
  }, [preferences, inboxVersion]);
  return preferences;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-10 items-center justify-between gap-4 border-line border-t py-2 first:border-t-0">
      <dt className="shrink-0 text-ink-2">{name}</dt>
      <dd className="min-w-0 break-words text-right [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

function onOff(on: boolean): string {
  return on ? 'On' : 'Off';
}

function languageName(locale: string): string {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(locale) ?? locale;
  } catch {
    return locale;
  }
}
