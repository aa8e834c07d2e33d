import type { ReactNode } from 'react';
import { SessionProvider } from '../../live/session-provider';
import { requireSession } from '../../server/session';

/** Every page of whoever is signed in, operations too: what the session keeps outlives the way between any two of them. */
export default async function SessionLayout({ children }: { readonly children: ReactNode }) {
  const session = await requireSession();
  return (
    <SessionProvider key={session.me.user.id} session={session}>
      {children}
    </SessionProvider>
  );
}
