import { createListener, type Listener } from '@skelly/events/hints/listener';
import { createRedisListener } from '@skelly/events/hints/redis-listener';
import { hostOf } from '@skelly/runtime';
import { PRESENCE_HINTS } from '../presence/hints';

export interface HintSources {
  /** Postgres without a pooler. Nothing is heard without it. */
  readonly directUrl?: string | undefined;
  /** Redis or Valkey, where writers send the hints of pushes to it. */
  readonly redisUrl?: string | undefined;
}

/** A source of hints that has been away for a while. */
export interface Silence {
  /** Where hints are expected from, without credentials. */
  readonly source: string;
  readonly err: Error;
}

/** Milliseconds that a source may be away before it is worth a word: until then it is a restart. */
const SILENCE_MS = 5_000;

/**
 * Listens where hints come from: pushes by Redis when there is one, else by Postgres; that the log or presence has moved always by Postgres.
 * A source that stays away is told of once, until it is there again.
 */
export function listenForHints(
  options: HintSources & {
    readonly onPush: (payload: string) => void;
    readonly onLog: () => void;
    readonly onPresence: (payload: string) => void;
    /** What was hinted before may have been missed. */
    readonly onConnect: () => void;
    readonly onSilence: (silence: Silence) => void;
    /** @defaultValue 5,000 */
    readonly silenceMs?: number;
  },
): { close(): Promise<void> } {
  const { directUrl, redisUrl, onPush, onLog, onPresence, silenceMs = SILENCE_MS } = options;
  const silences: { end(): void }[] = [];

  /** How a source says whether it is there. */
  function presence(source: string) {
    let timer: NodeJS.Timeout | undefined;
    const end = () => {
      clearTimeout(timer);
      timer = undefined;
    };
    silences.push({ end });
    return {
      onConnect() {
        end();
        options.onConnect();
      },
      onError(err: Error) {
        timer ??= setTimeout(() => options.onSilence({ source, err }), silenceMs);
      },
    };
  }

  const listeners: Listener[] = [];
  if (directUrl !== undefined) {
    listeners.push(
      createListener({
        url: directUrl,
        applicationName: 'skelly-gateway-listen',
        channels: ['skelly_log', PRESENCE_HINTS, ...(redisUrl === undefined ? ['skelly_push'] : [])],
        onHint(channel, payload) {
          if (channel === 'skelly_log') onLog();
          else if (channel === PRESENCE_HINTS) onPresence(payload);
          else onPush(payload);
        },
        ...presence(`postgres at ${hostOf(directUrl)}`),
      }),
    );
  }
  if (redisUrl !== undefined) {
    listeners.push(
      createRedisListener({
        url: redisUrl,
        applicationName: 'skelly-gateway-listen',
        onHint: onPush,
        ...presence(`redis at ${hostOf(redisUrl)}`),
      }),
    );
  }
  return {
    async close() {
      for (const silence of silences) silence.end();
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}
