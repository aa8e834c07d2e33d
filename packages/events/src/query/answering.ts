import { setTimeout as delay } from 'node:timers/promises';
import { type Database, isUnavailable } from '@skelly/db';
import { bulkhead } from 'cockatiel';
import type { Notifier } from '../hints/notifier';
import type { Log } from '../log';
import { type AnswerObserver, NO_QUERY } from '../observe';
import { createPulse } from '../pulse';
import {
  QUERY_QUEUE,
  QUESTION_HIDDEN_SECONDS,
  type QueueTransport,
  type ReceivedMessage,
} from '../transport/transport';
import { createGate } from '../worker/gate';
import { startConsumer } from '../worker/intake/consumer';
import { answer } from './answer';
import { checkData, inWords, type QuestionMessage, readQuestion } from './question';
import { type Reply, writeReply } from './replies';
import type { Responder, ResponderRegistry } from './responder';
import { SEEN_EVERY_MS, sayAnswering } from './responders-seen';

export interface AnsweringDependencies {
  readonly database: Database;
  readonly notifier: Notifier;
  /** Its own, as it is closed at the end. */
  readonly transport: QueueTransport;
  readonly responders: ResponderRegistry;
  readonly log: Log;
  readonly now: () => Date;
  /** Names this process to who asks. */
  readonly worker: string;
  /** Told of what is taken. @defaultValue nobody */
  readonly observe?: AnswerObserver | undefined;
}

export interface AnsweringOptions {
  /** Seconds of a long poll. */
  readonly waitSeconds: number;
  /** Questions that are answered at once. @defaultValue 16 */
  readonly concurrency?: number;
}

/** What became of the questions that a process has taken. */
export interface AnsweringCounts {
  readonly answered: number;
  /** Questions whose time was over before they were begun, and answers that came after it. */
  readonly late: number;
  /** Messages that are no question. */
  readonly unreadable: number;
}

/** A process that answers. */
export interface Answering {
  counts(): AnsweringCounts;
  /** Takes no more questions, ends those in hand or gives them back at the deadline. */
  stop(deadlineMs: number): Promise<void>;
}

/** Workers that a question may cost; then who asked is told so. */
const MAX_RECEIVES = 3;

/** Milliseconds for which a worker keeps a question that it does not answer, and for which it lets others go first after that. */
const PASS_ON_MS = 250;

/**
 * Answers questions of other processes from the query queue until it is stopped; without responders it takes none. What is no
 * question is dropped, what comes too late is not answered, and a question that ends its worker is tried by two others at most.
 *
 * @throws the database's error when it cannot say that it answers.
 */
export async function startAnswering(deps: AnsweringDependencies, options: AnsweringOptions): Promise<Answering> {
  const { database, notifier, transport, responders, log, worker } = deps;
  const { waitSeconds, concurrency = 16 } = options;
  const counts = { answered: 0, late: 0, unreadable: 0 };
  if (responders.all.length === 0) {
    transport.close();
    return { counts: () => counts, stop: async () => undefined };
  }
  /** Milliseconds by which the database's clock is ahead of this process'. */
  let clockAhead = 0;
  const say = async () => {
    clockAhead = (await sayAnswering(database, responders.all)) - deps.now().getTime();
  };
  await say();
  const saying = createPulse({
    async run() {
      await say().catch((error) => log.warn({ err: error }, 'it could not be said who answers; trying again'));
      return SEEN_EVERY_MS;
    },
  });
  const gate = createGate({ what: 'Postgres', probe: () => database.pool.query('select 1'), log });
  const stopping = new AbortController();
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  /** Ends a moment after the questions were passed on that came alone. */
  let passing: Promise<void> = Promise.resolve();
  const slots = bulkhead(concurrency, Number.POSITIVE_INFINITY);
  const leftMs = ({ deadline }: QuestionMessage) => deadline - (deps.now().getTime() + clockAhead);

  /** @param query of a responder here: what a message says of itself names no series of metrics. */
  function count(outcome: Parameters<AnswerObserver['taken']>[1], query = NO_QUERY): void {
    counts[outcome === 'failed' ? 'answered' : outcome] += 1;
    deps.observe?.taken(query, outcome);
  }

  async function process(message: ReceivedMessage): Promise<void> {
    const question = readQuestion(message.body);
    if (!question) {
      count('unreadable');
      return log.warn({ queue: QUERY_QUEUE, messageId: message.messageId }, 'a message is no question; it is dropped');
    }
    const responder = responders.find(question.type, question.version);
    if (responder) await slots.execute(() => respond(responder, question, message.receiveCount));
    else await passOn(question, message.body);
  }

  /**
   * Takes nothing until a moment after questions are passed on that were all that a receive brought: a server that serves whoever asked first
   * would give this worker the same again and again. Where one of its own came too it goes on, as there may be more.
   */
  function received(messages: readonly ReceivedMessage[]): void {
    const isForeign = ({ body }: ReceivedMessage) => {
      const question = readQuestion(body);
      return question !== undefined && !responders.find(question.type, question.version);
    };
    if (messages.length > 0 && messages.every(isForeign)) passing = pause(2 * PASS_ON_MS);
  }

  /** Sends anew what another deploy's worker may answer: receives count the workers that died over a question, and none did. */
  async function passOn(question: QuestionMessage, body: string): Promise<void> {
    await pause(PASS_ON_MS);
    if (leftMs(question) <= 0) count('late');
    else await transport.send(QUERY_QUEUE, [body]);
  }

  async function respond(responder: Responder, question: QuestionMessage, receiveCount: number): Promise<void> {
    if (leftMs(question) <= 0) return count('late', question.type);
    const reply = await replyTo(responder, question, receiveCount);
    const { question: id, deadline } = question;
    const written = await writeReply(database, { id, deadline, responder: worker }, reply).catch((error) => {
      if (isUnavailable(error)) gate.close(error);
      throw error;
    });
    if (!written) return count('late', question.type);
    count('error' in reply ? 'failed' : 'answered', question.type);
    notifier.committed({ frames: [], answered: [id] });
  }

  async function replyTo(responder: Responder, question: QuestionMessage, receiveCount: number): Promise<Reply> {
    const { type } = question;
    if (receiveCount > MAX_RECEIVES) {
      log.error(
        { query: type, question: question.question, receiveCount },
        'a question is given up: nobody lived to answer it',
      );
      return { error: { code: 'query_responder_failed', message: `What answers ${type} failed. Try again later.` } };
    }
    const checked = checkData(responder.on, question.data);
    if ('data' in checked)
      return answer({ log }, responder, { question: { ...question, data: checked.data }, leftMs: leftMs(question) });
    const message = `${type} was not answered: ${inWords(checked.issues)}. Correct the data.`;
    return { error: { code: 'query_data_invalid', message, issues: checked.issues } };
  }

  const intake = {
    async opened() {
      await Promise.all([gate.opened(), passing]);
    },
    release() {
      gate.release();
      stopping.abort();
    },
  };
  const consumer = startConsumer(
    { transport, log, gate: intake, received, process },
    { queue: QUERY_QUEUE, waitSeconds, visibilityTimeout: QUESTION_HIDDEN_SECONDS, concurrency },
  );
  return {
    counts: () => counts,
    async stop(deadlineMs) {
      await Promise.all([consumer.stop(deadlineMs), saying.stop()]);
      transport.close();
    },
  };
}
