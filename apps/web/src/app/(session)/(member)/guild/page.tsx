import type { RoomsResponse } from '@skelly/types/room';
import type { Metadata } from 'next';
import { Rooms } from '../../../../guild/rooms';
import { needApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';

export const metadata: Metadata = { title: 'Guild' };

/** Where members meet. */
export default async function GuildPage() {
  // The layout sends visitors to sign in; this page is rendered beside it and must not ask the API in vain.
  await requireSession();
  return <Rooms rooms={await needApi<RoomsResponse>('/api/rooms')} />;
}
