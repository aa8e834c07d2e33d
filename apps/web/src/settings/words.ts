import type { NotificationChannel } from '@skelly/types/notification-category';

export const SETTINGS_TITLE = 'Notification settings';
export const SETTINGS_LINE = 'What reaches you, and how. Every change is kept at once.';

export const channelLabels: Record<NotificationChannel, string> = { 'in-app': 'In the app', mail: 'By mail' };
