import { NotificationsSkeleton } from '../../../../notifications/notifications-skeleton';

export default function NotificationsLoading() {
  return <NotificationsSkeleton />;
}
