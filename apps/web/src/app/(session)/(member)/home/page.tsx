import type { Preferences } from '@skelly/types/preference';
import type { WalletResponse } from '@skelly/types/wallet';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { greetingAt, hourIn, ZONE_COOKIE } from '../../../../member/greeting';
import { Home } from '../../../../member/home';
import { needApi, readApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';

export const metadata: Metadata = { title: 'Home' };

/** Where a member starts. */
export default async function HomePage() {
  // The layout sends visitors to sign in; this page is rendered beside it and must not ask the API in vain.
  await requireSession();
  const [preferences, wallet] = await Promise.all([
    needApi<Preferences>('/api/preferences'),
    readApi<WalletResponse>('/api/wallet'),
  ]);
  const zone = (await cookies()).get(ZONE_COOKIE)?.value ?? '';
  const hour = zone === '' ? null : hourIn(zone, new Date());
  return (
    <Home
      greeting={hour === null ? 'Hello' : greetingAt(hour)}
      preferences={preferences}
      wallet={wallet.ok ? wallet.data : null}
    />
  );
}
