import type { Notification } from '@skelly/types/notification';

/** The words of a notification, before it has an id and a time. */
export type NotificationText = Pick<Notification, 'category' | 'title' | 'body' | 'href'>;

/** The first notification of every member. */
export const welcomeText: NotificationText = {
  category: 'welcome',
  title: 'Welcome to Skelly',
  body: 'Your account is ready. Confirm your address with the link that we have sent you.',
  href: '/home',
};
