import { z } from 'zod';
import { clientEventRequest } from '../client-event';
import { PRESENCE_SHOWN, SHOWN_LIMITS } from '../live';

/** Longest name of a channel that a gateway takes by default. */
const CHANNEL_LENGTH = 128;

const requestId = z
  .union([z.int(), z.string().min(1).max(64)])
  .describe('Chosen by the client; the answer has it too.');
const channel = z.string().min(1).max(CHANNEL_LENGTH);
const epoch = z.string().min(1).max(64).describe('Offsets compare only within an epoch.');
const offset = z.int().min(0);
const presenceState = z.enum(['here', 'typing', 'gone']);
const position = z.object({ offset, epoch });
const shownMs = z.int().min(0).max(SHOWN_LIMITS.LONGEST_MS);
const shown = z.object({
  channel,
  from: z.int().min(1).describe('The first offset that was shown.'),
  to: z
    .int()
    .min(1)
    .nullish()
    .describe(`The last one: from when absent, from + ${SHOWN_LIMITS.MESSAGES - 1} at most.`),
  agoMs: shownMs.describe('How long ago they were painted when the ping left.'),
  waitedMs: shownMs.describe('How long the first of them had been with the client by then.'),
  tab: z.string().regex(SHOWN_LIMITS.TAB).describe('Tells tabs that share a connection apart.'),
});
const token = z.string().min(1).max(128).describe('Of POST /api/live/token; good for one use, within a minute.');

/** The frames that a client sends, by their `t`. */
export const clientFrames = {
  connect: z.object({ t: z.literal('connect'), token }),
  refresh: z.object({ t: z.literal('refresh'), id: requestId, token }),
  subscribe: z.object({
    t: z.literal('subscribe'),
    id: requestId,
    channel,
    since: position.nullish().describe('The last position that the client has; without it, from now on.'),
  }),
  unsubscribe: z.object({ t: z.literal('unsubscribe'), id: requestId, channel }),
  presence: z.object({
    t: z.literal('presence'),
    id: requestId,
    channel,
    state: presenceState.nullish().describe('What the user is on the channel; without it, it is only followed.'),
  }),
  ping: z.object({
    t: z.literal('ping'),
    shown: z.array(shown).max(SHOWN_LIMITS.REPORTS).nullish().describe('What was shown since the last ping.'),
  }),
  emit: z.object({
    t: z.literal('emit'),
    id: requestId,
    type: clientEventRequest.shape.type,
    data: clientEventRequest.shape.data,
    key: clientEventRequest.shape.idempotencyKey,
  }),
};

const errorCode = z.enum([
  'bad_frame',
  'forbidden',
  'already_subscribed',
  'too_many_subscriptions',
  'unavailable',
  'event_not_allowed',
  'event_invalid',
  'too_many_events',
]);

/** The frames that a gateway sends, by their `t`. */
export const serverFrames = {
  welcome: z.object({
    t: z.literal('welcome'),
    v: z.literal(1),
    connectionId: z.string(),
    user: z.object({ id: z.string(), role: z.string() }),
    pingIntervalMs: z.int().min(1),
    expiresAt: z.iso
      .datetime()
      .optional()
      .describe('When a connection that was opened by a token ends, unless it is refreshed.'),
  }),
  refreshed: z.object({ t: z.literal('refreshed'), id: requestId, expiresAt: z.iso.datetime() }),
  subscribed: z.object({
    t: z.literal('subscribed'),
    id: requestId,
    channel,
    offset,
    epoch,
    recovered: z.boolean().describe('false: read the state afresh, what was missed cannot be given.'),
  }),
  pub: z.object({
    t: z.literal('pub'),
    channel,
    offset: z.int().min(1),
    epoch,
    type: z.string(),
    eventId: z.uuid(),
    correlationId: z.uuid().optional().describe('Shared by everything that one request set in motion.'),
    at: z.iso.datetime(),
    data: z.unknown(),
  }),
  unsubscribed: z.object({ t: z.literal('unsubscribed'), id: requestId, channel }),
  ack: z.object({ t: z.literal('ack'), id: requestId, eventId: z.uuid() }),
  roster: z.object({
    t: z.literal('roster'),
    id: requestId.optional(),
    channel,
    whole: z.boolean().describe('true: members is the list. false: those that are new or have changed.'),
    count: z.int().min(0).describe('How many are there, those beyond the list included.'),
    members: z
      .array(z.object({ userId: z.uuid(), displayName: z.string(), state: presenceState }))
      .max(2 * PRESENCE_SHOWN)
      .readonly(),
  }),
  pong: z.object({ t: z.literal('pong') }),
  error: z.object({
    t: z.literal('error'),
    id: requestId.optional(),
    code: errorCode,
    message: z.string().describe('For people. Programs look at code.'),
    temporary: z.boolean().describe('Whether the same request may succeed later.'),
    retryAfterMs: z.int().min(0).optional().describe('When to try again, with too_many_events.'),
  }),
};

const oneOf = <T extends Readonly<Record<string, z.ZodType>>>(frames: T) =>
  z.union(Object.values(frames) as unknown as [T[keyof T], ...T[keyof T][]]);

/** A frame as a client may send it, bounds included: what the gateway's own decoder takes. */
export const clientFrameSchema = oneOf(clientFrames);
/** A frame as a gateway sends it. */
export const serverFrameSchema = oneOf(serverFrames);
