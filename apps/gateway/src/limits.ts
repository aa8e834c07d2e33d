import { defaultPresenceLimits, type PresenceLimits } from './presence/presence';

/** Every bound of the gateway. Sizes in bytes, times in milliseconds. */
export interface Limits {
  /** Largest frame that a client may send; more closes with 4413. @defaultValue 4096 */
  readonly frameBytes: number;
  /** Frames that a client may send at once, and how many a second it earns back; more closes with 4009. @defaultValue 100, 20 */
  readonly frameBurst: number;
  readonly framesPerSecond: number;
  /** Channels of one connection, and those whose presence it follows, each; more is refused with `too_many_subscriptions`. @defaultValue 32 */
  readonly subscriptions: number;
  /** Longest channel name. @defaultValue 128 */
  readonly channelLength: number;
  /** Events of one connection that are being written at once; more is refused with `too_many_events`. @defaultValue 8 */
  readonly emitsInFlight: number;
  /** What may wait for a client that reads slowly; more closes with 4008, and it resumes where it was. @defaultValue 1 MiB */
  readonly outgoingBytes: number;
  /** How long a closed connection may take to answer the close before it is cut. @defaultValue 2,000 */
  readonly closeTimeoutMs: number;
  /** Connections of this process; more are refused with 503 before the upgrade. @defaultValue 20,000 */
  readonly connections: number;
  /** Connections of one user, a tab each; one more is closed with 4009, so that nobody fills a gateway alone. @defaultValue 100 */
  readonly connectionsPerUser: number;
  /** How often a client should ping. The server closes after two and a half of these without a sign of life. @defaultValue 25,000 */
  readonly pingIntervalMs: number;
  /** How long a stream of events lasts; its client comes back, and one that is gone without a word is noticed. @defaultValue 300,000 */
  readonly streamAgeMs: number;
  /** How often sessions are looked up again, all of them in batches. An expiry is noticed without that. @defaultValue 30,000 */
  readonly sessionCheckMs: number;
  /** How often connections and channels are looked over for what is due: expiry, pings, idle channels. @defaultValue 1,000 */
  readonly sweepMs: number;
  /** How often it is asked which sessions were revoked lately: within this an open socket of theirs is closed. @defaultValue 500 */
  readonly revocationPollMs: number;
  /** How long the session of a new connection may take to be found, then it is closed with 4002; and how long a client without cookie may take to send its token, then 4401. @defaultValue 5,000 */
  readonly authTimeoutMs: number;
  /** How long a connection lasts that was opened or refreshed by a token. @defaultValue 900,000 */
  readonly tokenConnectionMs: number;
  /** Messages of one channel that stay in memory, so that a reconnect costs no query: by number, size and age. @defaultValue 128, 128 KiB, 60,000 */
  readonly hotMessages: number;
  readonly hotBytes: number;
  readonly hotAgeMs: number;
  /** How long a channel without subscribers stays in memory. @defaultValue 30,000 */
  readonly channelLingerMs: number;
  /** Channels that one statement reads. @defaultValue 200 */
  readonly channelsPerRead: number;
  /** Messages of one channel that one statement reads. @defaultValue 200 */
  readonly messagesPerRead: number;
  /** Reads at once for those who catch up beyond what is in memory. @defaultValue 3 */
  readonly catchUpReads: number;
  /** How long a statement may take; a connection that does not answer is given up. @defaultValue 5,000 */
  readonly queryTimeoutMs: number;
  /** How often the push log is read without a hint: what a lost hint costs at most. @defaultValue 500 */
  readonly followIntervalMs: number;
  /** Shown messages that a client may report at once, and how many a second it earns back; the rest is passed over. @defaultValue 2,000, 200 */
  readonly shownBurst: number;
  readonly shownPerSecond: number;
  /** How long a report of what was shown waits to be written together with others. @defaultValue 250 */
  readonly shownWriteMs: number;
  /** Shown messages that one statement writes; with the pause, what all clients together may cost Postgres. @defaultValue 1,000 */
  readonly shownPerWrite: number;
  /** Shown messages that may wait for Postgres; more are dropped and counted. @defaultValue 10,000 */
  readonly shownQueue: number;
  readonly presence: PresenceLimits;
  /** A drain asks clients to come back within this plus one for every connection, up to the maximum. @defaultValue 250, 2, 10,000 */
  readonly drainSpreadMs: { readonly base: number; readonly perConnection: number; readonly max: number };
}

export const defaultLimits: Limits = {
  frameBytes: 4_096,
  frameBurst: 100,
  framesPerSecond: 20,
  subscriptions: 32,
  channelLength: 128,
  emitsInFlight: 8,
  outgoingBytes: 1_048_576,
  closeTimeoutMs: 2_000,
  connections: 20_000,
  connectionsPerUser: 100,
  pingIntervalMs: 25_000,
  streamAgeMs: 300_000,
  sessionCheckMs: 30_000,
  sweepMs: 1_000,
  revocationPollMs: 500,
  authTimeoutMs: 5_000,
  tokenConnectionMs: 900_000,
  hotMessages: 128,
  hotBytes: 131_072,
  hotAgeMs: 60_000,
  channelLingerMs: 30_000,
  channelsPerRead: 200,
  messagesPerRead: 200,
  catchUpReads: 3,
  queryTimeoutMs: 5_000,
  followIntervalMs: 500,
  shownBurst: 2_000,
  shownPerSecond: 200,
  shownWriteMs: 250,
  shownPerWrite: 1_000,
  shownQueue: 10_000,
  presence: defaultPresenceLimits,
  drainSpreadMs: { base: 250, perConnection: 2, max: 10_000 },
};
