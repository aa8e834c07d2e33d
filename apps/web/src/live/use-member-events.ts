'use client';

import { useEvent, useRefetch } from '@skelly/client/react';
import type { ClientData } from '@skelly/types/event';
import type { ContractOf } from '@skelly/types/events';
import type { Member } from '@skelly/types/user';
import { useRouter } from 'next/navigation';
import type { Dispatch, SetStateAction } from 'react';
import { keepBalance, type ToldBalances } from './balances';
import { type Inbox, putIntoInbox, readInbox, staleInbox } from './inbox';
import { useToast } from './toasts';

interface MemberState {
  readonly setUser: Dispatch<SetStateAction<Member>>;
  readonly setInbox: Dispatch<SetStateAction<Inbox>>;
  readonly setBalances: Dispatch<SetStateAction<ToldBalances>>;
}

/** A notification as a change has left it. */
type Change = ClientData<ContractOf<'notification:read'>>;

/** Brings every event of the member's stream to the state of the page. */
export function useMemberEvents({ setUser, setInbox, setBalances }: MemberState): void {
  const router = useRouter();
  const toast = useToast();

  useEvent('notification:created', ({ data }) => {
    const { notificationId, unread, inboxVersion, sourceEventId = null, ...shown } = data;
    const item = { ...shown, id: notificationId, sourceEventId, readAt: null, archivedAt: null };
    setInbox((now) => putIntoInbox(now, item, { unread, inboxVersion }));
    if (isBeforeTheirEyes(shown.href)) return;
    toast({
      id: notificationId,
      title: shown.title,
      body: shown.body,
      href: shown.href,
      category: shown.category,
    });
  });
  const onChange = ({ data: { notificationId, unread, inboxVersion, ...shown } }: { readonly data: Change }) =>
    setInbox((now) => putIntoInbox(now, { ...shown, id: notificationId }, { unread, inboxVersion }));
  useEvent('notification:read', onChange);
  useEvent('notification:unread', onChange);
  useEvent('notification:archived', onChange);
  useEvent('notification:restored', onChange);
  useEvent('notification:inbox.read', ({ data }) => {
    setInbox((now) => readInbox(now, data.readAt, data));
  });
  useEvent('wallet:balance.updated', ({ at, data }) => setBalances((now) => keepBalance(now, { ...data, at })));
  useEvent('user:email.verified', () => setUser((now) => ({ ...now, emailVerified: true })));
  useEvent('user:role.changed', ({ data }) => setUser((now) => ({ ...now, role: data.role })));

  // Too much was missed to catch up from the stream: the state is read afresh.
  useRefetch(() => {
    setInbox(staleInbox);
    router.refresh();
  });
}

/** Whether the page that is open is of the very thing, such as one request, and shows by itself what has become of it. */
function isBeforeTheirEyes(href: string | null): boolean {
  return href !== null && href === window.location.pathname && href.lastIndexOf('/') > 0;
}
