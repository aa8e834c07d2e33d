import type { Preferences } from '@skelly/types/preference';
import type { Metadata } from 'next';
import { needApi } from '../../../../../server/api';
import { requireSession } from '../../../../../server/session';
import { NotificationSettings } from '../../../../../settings/notification-settings';

export const metadata: Metadata = { title: 'Notification settings' };

/** What reaches a member, and how. */
export default async function NotificationSettingsPage() {
  // The layout sends visitors to sign in; this page is rendered beside it and must not ask the API in vain.
  await requireSession();
  return <NotificationSettings preferences={await needApi<Preferences>('/api/preferences')} />;
}
