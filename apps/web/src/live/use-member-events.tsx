'use client';

import { useRefetch } from '@skelly/client/react';
import type { Member } from '@skelly/types/user';
import { useRouter } from 'next/navigation';
import type { Dispatch, SetStateAction } from 'react';
import { NotificationPicture } from '../notifications/picture';
import { addToInbox, type Inbox, readInbox } from './inbox';
import { useToast } from './toasts';
import { useLiveEvent } from './use-live-event';

interface MemberState {
  readonly setUser: Dispatch<SetStateAction<Member>>;
  readonly setInbox: Dispatch<SetStateAction<Inbox>>;
}

/** Brings every event of the member's stream to the state of the page. */
export function useMemberEvents({ setUser, setInbox }: MemberState): void {
  const router = useRouter();
  const toast = useToast();

  useLiveEvent('notification:created', ({ data }) => {
    const { notificationId, unread, inboxVersion, ...shown } = data;
    setInbox((now) => addToInbox(now, { ...shown, id: notificationId, readAt: null }, { unread, inboxVersion }));
    toast({
      id: notificationId,
      title: shown.title,
      body: shown.body,
      href: shown.href,
      picture: <NotificationPicture category={shown.category} />,
    });
  });
  useLiveEvent('notification:inbox.read', ({ data }) => {
    setInbox((now) => readInbox(now, data.readAt, data));
  });
  useLiveEvent('user:email.verified', () => setUser((now) => ({ ...now, emailVerified: true })));
  useLiveEvent('user:role.changed', ({ data }) => setUser((now) => ({ ...now, role: data.role })));

  // Too much was missed to catch up from the stream: the state is read afresh.
  useRefetch(() => router.refresh());
}
