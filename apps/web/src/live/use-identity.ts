'use client';

import { useConnection, useEventStream } from '@skelly/client/react';
import type { Member } from '@skelly/types/user';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { openTabs } from './tabs';

/** Keeps the page and its stream about the same member, in the role that they have now. */
export function useIdentity({ id, role }: Member): void {
  const router = useRouter();
  const stream = useEventStream();
  const { reason, user: seen } = useConnection();

  // The session ended elsewhere, or may no longer see what this page follows: the server asks to sign in, or says so.
  useEffect(() => {
    if (reason === 'signed-out' || reason === 'forbidden') router.refresh();
  }, [reason, router]);

  // Another role, or another member by a sign-in in another tab: everything is read afresh.
  useEffect(() => {
    if (seen && (seen.id !== id || seen.role !== role)) router.refresh();
  }, [seen, id, role, router]);

  // Signed out and in again in another tab before this page had left: it is the same member's still, and goes on.
  useEffect(() => {
    const tabs = openTabs((news) => {
      if (news.kind === 'signed-in' && news.userId === id) stream.connect();
    });
    return () => tabs.close();
  }, [stream, id]);
}
