import type { Database } from '@skelly/db';
import { createListener, type Listener } from '../hints/listener';
import { HINT_CHANNELS } from '../hints/notifier';
import type { Log } from '../log';
import type { AskObserver } from '../observe';
import { createPulse } from '../pulse';
import { type TakenReply, takeReplies } from './replies';

/** Where questions of a process wait for their replies. */
export interface WaitingRoom {
  /** Resolves with the reply when it is there. */
  enter(id: string): Promise<TakenReply>;
  /** Waits no more. */
  leave(id: string): void;
  /** Replies that came for nobody. */
  late(): number;
  /** Ends every wait, and whatever comes, with an error. */
  close(error: Error): Promise<void>;
}

/** Milliseconds between looks for replies of which no hint came, while somebody waits. */
const LOOK_MS = 200;
/** Milliseconds for which a question that has left is remembered, so that its reply is known for a late one. */
const REMEMBERED_MS = 60_000;
/** Questions that are remembered at most. */
const MAX_REMEMBERED = 1_000;

interface Waiting {
  readonly resolve: (reply: TakenReply) => void;
  readonly reject: (error: Error) => void;
}

/**
 * All questions share one LISTEN, opened with the first of them, and one statement that fetches whatever is there. Without a hint
 * a reply is found by the next look, 200 ms later at most. Replies that come too late are fetched as well, and dropped.
 */
export function createWaitingRoom(deps: {
  readonly database: Database;
  readonly directUrl: string;
  readonly log: Log;
  readonly observe?: Pick<AskObserver, 'answerDropped'> | undefined;
}): WaitingRoom {
  const { database, log } = deps;
  const waiting = new Map<string, Waiting>();
  /** Questions that have left unanswered, and when, by a clock that nobody sets. */
  const gone = new Map<string, number>();
  let listener: Listener | undefined;
  let late = 0;
  let closedBy: Error | undefined;

  async function look(): Promise<number> {
    forget();
    const ids = [...waiting.keys(), ...gone.keys()];
    if (ids.length === 0) return REMEMBERED_MS;
    try {
      for (const reply of await takeReplies(database, ids)) deliver(reply);
    } catch (error) {
      log.warn({ err: error }, 'answers could not be fetched; trying again');
    }
    return waiting.size > 0 ? LOOK_MS : REMEMBERED_MS;
  }

  function deliver(reply: TakenReply): void {
    const asker = waiting.get(reply.id);
    if (gone.delete(reply.id) || !asker) {
      late += 1;
      deps.observe?.answerDropped();
    } else {
      waiting.delete(reply.id);
      asker.resolve(reply);
    }
  }

  function forget(): void {
    const before = performance.now() - REMEMBERED_MS;
    for (const [id, leftAt] of gone) {
      if (leftAt > before && gone.size <= MAX_REMEMBERED) return;
      gone.delete(id);
    }
  }

  const looking = createPulse({ run: look });

  function listen(): void {
    listener ??= createListener({
      url: deps.directUrl,
      applicationName: 'skelly-answers',
      channels: [HINT_CHANNELS.reply],
      onHint: (_channel, ids) => {
        if (ids === '' || ids.split(',').some((id) => waiting.has(id) || gone.has(id))) looking.wake();
      },
      onConnect: () => looking.wake(),
      onError: (error) => log.warn({ err: error }, 'hints of answers are not heard; they are looked for'),
    });
  }

  return {
    enter(id) {
      if (closedBy) throw closedBy;
      listen();
      const reply = new Promise<TakenReply>((resolve, reject) => waiting.set(id, { resolve, reject }));
      // Who gives up on the way hears of no end.
      reply.catch(() => undefined);
      if (waiting.size === 1) looking.wake();
      return reply;
    },
    leave(id) {
      if (waiting.delete(id)) gone.set(id, performance.now());
    },
    late: () => late,
    async close(error) {
      closedBy = error;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
      await Promise.all([looking.stop(), listener?.close()]);
    },
  };
}
