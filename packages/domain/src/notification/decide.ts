import type { DeliveryReason } from '@skelly/types/notification';
import {
  type NotificationCategory,
  type NotificationChannel,
  notificationCategories,
} from '@skelly/types/notification-category';

/** Whether a channel is used, and why or why not. */
export interface Decision {
  readonly channel: NotificationChannel;
  readonly use: boolean;
  readonly reason: DeliveryReason;
}

/** What is known when a notification is decided on. */
export interface DecisionFacts {
  /** What the member chose for this channel; undefined without a choice. */
  readonly chosen: boolean | undefined;
  /** Whether the same was told within the window. */
  readonly duplicate: boolean;
  /** Whether the member's address is known to be theirs. */
  readonly confirmed: boolean;
}

/** Decides one channel of one notification. Pure. */
export function decide(category: NotificationCategory, channel: NotificationChannel, facts: DecisionFacts): Decision {
  const standard = notificationCategories[category].channels[channel];
  const { chosen, duplicate, confirmed } = facts;
  if (duplicate) return { channel, use: false, reason: 'duplicate' };
  if (standard !== 'always') {
    if (chosen === false) return { channel, use: false, reason: 'switched-off' };
    if (chosen === undefined && standard === 'off') return { channel, use: false, reason: 'default-off' };
  }
  if (channel === 'mail' && !confirmed) return { channel, use: false, reason: 'unconfirmed' };
  if (standard === 'always') return { channel, use: true, reason: 'always' };
  return { channel, use: true, reason: chosen ? 'chosen' : 'default' };
}
