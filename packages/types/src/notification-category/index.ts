/** What a notification is about, and what members choose by. */
export const NOTIFICATION_CATEGORIES = ['welcome', 'account', 'security', 'requests'] as const;
export type NotificationCategory = (typeof NOTIFICATION_CATEGORIES)[number];

/** The ways by which a notification reaches a member. */
export const NOTIFICATION_CHANNELS = ['in-app', 'mail'] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];

/** What holds where a member has not chosen; `always` leaves no choice. */
export type ChannelDefault = 'on' | 'off' | 'always';

interface CategoryRule {
  readonly label: string;
  /** What comes of it, for the member who decides. */
  readonly about: string;
  readonly channels: Readonly<Record<NotificationChannel, ChannelDefault>>;
}

/** Each category's words and defaults; one without them does not compile. */
export const notificationCategories: Readonly<Record<NotificationCategory, CategoryRule>> = {
  welcome: {
    label: 'Getting started',
    about: 'Your welcome, and the link that confirms your address.',
    // Without the link an account stays incomplete for good.
    channels: { 'in-app': 'on', mail: 'always' },
  },
  account: {
    label: 'Account',
    about: 'What becomes of your account, such as a new role, or earnings that were paid to you.',
    channels: { 'in-app': 'on', mail: 'off' },
  },
  security: {
    label: 'Security',
    about: 'Sign-ins from a browser that we have not seen before.',
    channels: { 'in-app': 'always', mail: 'on' },
  },
  requests: {
    label: 'Performance requests',
    about: 'What becomes of requests that you made, or that were made to you.',
    // Some of it waits a day for an answer, and money moves without one.
    channels: { 'in-app': 'on', mail: 'on' },
  },
};
