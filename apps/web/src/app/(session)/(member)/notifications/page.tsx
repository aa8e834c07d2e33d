import type { Metadata } from 'next';
import { NotificationsList } from '../../../../notifications/notifications-list';

export const metadata: Metadata = { title: 'Notifications' };

/** Everything that was ever told to a member. */
export default function NotificationsPage() {
  return <NotificationsList />;
}
