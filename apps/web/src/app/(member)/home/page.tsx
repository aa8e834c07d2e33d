import type { Preferences } from '@skelly/types/preference';
import type { Metadata } from 'next';
import { cookies } from 'next/headers';
import { greetingAt, hourIn, ZONE_COOKIE } from '../../../member/greeting';
import { Home } from '../../../member/home';
import { readApi } from '../../../server/api';

export const metadata: Metadata = { title: 'Home' };

/** Where a member starts. */
export default async function HomePage() {
  const preferences = await readApi<Preferences>('/api/preferences');
  const zone = (await cookies()).get(ZONE_COOKIE)?.value ?? '';
  const hour = zone === '' ? null : hourIn(zone, new Date());
  return (
    <Home
      greeting={hour === null ? 'Hello' : greetingAt(hour)}
      preferences={preferences.ok ? preferences.data : null}
    />
  );
}
