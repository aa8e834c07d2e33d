import type { ReactNode } from 'react';
import { SessionProvider } from '../../live/session-provider';
import { MemberShell } from '../../member/shell';
import { requireSession } from '../../server/session';

/** Every page of a signed-in member. */
export default async function MemberLayout({ children }: { readonly children: ReactNode }) {
  const session = await requireSession();
  return (
    <SessionProvider key={session.me.user.id} session={session}>
      <MemberShell>{children}</MemberShell>
    </SessionProvider>
  );
}
