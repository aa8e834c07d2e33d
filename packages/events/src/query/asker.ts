import type { Database } from '@skelly/db';
import type { QueryContract, QueryData, QueryReply } from '@skelly/types/event';
import { findQuery } from '@skelly/types/queries';
import { currentEventContext } from '../context';
import { newId } from '../ids';
import type { Log } from '../log';
import type { AskObserver } from '../observe';
import { QUERY_QUEUE, type QueueTransport } from '../transport/transport';
import { answer } from './answer';
import { QueryError } from './errors';
import { checkData, checkReply, inWords, type QuestionMessage, TIMEOUT_MS } from './question';
import type { Reply, ReplyError } from './replies';
import type { Responder, ResponderRegistry } from './responder';
import { createRespondersSeen } from './responders-seen';
import { createWaitingRoom } from './waiting-room';

/** An answer. */
export interface QueryResponse<Data> {
  readonly data: Data;
  /** Names the question in logs of both sides. */
  readonly questionId: string;
  /** Who answered: a responder of this process by its id, otherwise the worker. */
  readonly answeredBy: string;
}

/** What became of a process' questions since it started. */
export interface AskerCounts {
  readonly asked: number;
  readonly answered: number;
  readonly timedOut: number;
  /** Answers that came when nobody waited for them any more; they are dropped. */
  readonly late: number;
}

/** A process' one way to ask. */
export interface Asker {
  /** The query of a type, undefined when there is none. */
  find(type: string): QueryContract | undefined;
  /** @throws QueryError when there is no answer; the database's error when it cannot be asked who answers. */
  ask<Q extends QueryContract>(
    query: Q,
    data: QueryData<Q>,
    options: { readonly sourceModule: string; readonly timeoutMs?: number | undefined },
  ): Promise<QueryResponse<QueryReply<Q>>>;
  counts(): AskerCounts;
  /** Ends what is open with `query_closed`. */
  close(): Promise<void>;
}

export interface AskerDependencies {
  readonly database: Database;
  /** A direct connection for the one LISTEN of this process; opened with its first question to another. */
  readonly directUrl: string;
  /** The way to other processes. Without it only this process' responders are asked. */
  readonly transport?: Pick<QueueTransport, 'send'> | undefined;
  /** Those of this process, which answer without a way through the queue. */
  readonly responders?: ResponderRegistry | undefined;
  /** The query of a type. @defaultValue by packages/types/src/queries.ts */
  readonly findQuery?: (type: string) => QueryContract | undefined;
  readonly log: Log;
  /** Told of what is asked. @defaultValue nobody */
  readonly observe?: AskObserver | undefined;
}

/** Questions of one process that may be unanswered at once. */
const MAX_OPEN = 1_000;

/** @param options.maxOpen questions that may be unanswered at once. @defaultValue 1000 */
export function createAsker(deps: AskerDependencies, options: { readonly maxOpen?: number } = {}): Asker {
  const { maxOpen = MAX_OPEN } = options;
  const { database, transport, responders, log } = deps;
  const waitingRoom = createWaitingRoom(deps);
  const respondersSeen = createRespondersSeen(database);
  const counts = { asked: 0, answered: 0, timedOut: 0 };
  let open = 0;
  let closed = false;

  async function ask(query: QueryContract, given: unknown, sourceModule: string, timeoutMs: number) {
    const askedAt = performance.now();
    const until = askedAt + timeoutMs;
    checkTimeout(query, timeoutMs);
    const checked = checkData(query, given);
    if ('issues' in checked) {
      const message = `${query.type} was not asked: ${inWords(checked.issues)}. Correct the data.`;
      throw new QueryError('query_data_invalid', message, { issues: checked.issues });
    }
    if (closed) throw new QueryError('query_closed', `${query.type} was not asked: this process is stopping.`);
    if (open >= maxOpen) throw tooMany(query, maxOpen);
    const { actor, correlationId, traceparent } = currentEventContext();
    const question = {
      question: newId(),
      type: query.type,
      version: query.version,
      data: checked.data,
      sourceModule,
      actor,
      correlationId,
      traceparent,
    };
    counts.asked += 1;
    open += 1;
    let outcome: Parameters<AskObserver['asked']>[2] = 'failed';
    try {
      const responder = responders?.find(query.type, query.version);
      const { reply, answeredBy } = responder
        ? await askHere(responder, question, until - performance.now())
        : await askOthers(query, question, until);
      if ('error' in reply) throw errorOf(reply.error);
      const data = readReply(query, JSON.parse(reply.json));
      counts.answered += 1;
      outcome = 'answered';
      return { data, questionId: question.question, answeredBy };
    } catch (error) {
      if (error instanceof QueryError) outcome = error.code;
      if (outcome === 'query_timeout') counts.timedOut += 1;
      throw error;
    } finally {
      open -= 1;
      deps.observe?.asked(query.type, performance.now() - askedAt, outcome);
    }
  }

  async function askHere(responder: Responder, question: Omit<QuestionMessage, 'deadline'>, leftMs: number) {
    const timer = createTimer(question, leftMs);
    try {
      const reply = await Promise.race([answer({ log }, responder, { question, leftMs }), timer.ended]);
      return { reply, answeredBy: responder.id };
    } finally {
      timer.clear();
    }
  }

  async function askOthers(
    query: QueryContract,
    question: Omit<QuestionMessage, 'deadline'>,
    until: number,
  ): Promise<{ reply: Reply; answeredBy: string }> {
    if (!transport)
      throw new QueryError(
        'query_no_way',
        `${query.type} has no responder in this process, which cannot ask others: give createAsker a transport.`,
      );
    const timer = createTimer(question, until - performance.now());
    try {
      const now = await Promise.race([respondersSeen.find(query), timer.ended]);
      if (now === undefined)
        throw new QueryError(
          'query_no_responder',
          `Nobody answers version ${query.version} of ${query.type} now. Is a worker running that has its responder?`,
        );
      const leftMs = until - performance.now();
      const reply = waitingRoom.enter(question.question);
      const body = JSON.stringify({ ...question, deadline: Math.floor(now + leftMs) } satisfies QuestionMessage);
      await Promise.race([send(transport, query, body, leftMs), timer.ended]);
      const { responder, ...taken } = await Promise.race([reply, timer.ended]);
      return {
        reply: taken.error ? { error: taken.error } : { json: JSON.stringify(taken.reply) },
        answeredBy: responder,
      };
    } finally {
      timer.clear();
      waitingRoom.leave(question.question);
    }
  }

  return {
    find: deps.findQuery ?? findQuery,
    ask: (query, data, { sourceModule, timeoutMs = TIMEOUT_MS.default }) =>
      ask(query, data, sourceModule, timeoutMs) as Promise<QueryResponse<never>>,
    counts: () => ({ ...counts, late: waitingRoom.late() }),
    async close() {
      closed = true;
      await waitingRoom.close(new QueryError('query_closed', 'The process stopped before the answer came.'));
    },
  };
}

function checkTimeout(query: QueryContract, timeoutMs: number): void {
  const { least, most } = TIMEOUT_MS;
  if (Number.isInteger(timeoutMs) && timeoutMs >= least && timeoutMs <= most) return;
  const message = `${query.type} was not asked: wait ${least} to ${most} ms for an answer; got ${timeoutMs}.`;
  throw new QueryError('query_timeout_invalid', message);
}

function tooMany(query: QueryContract, maxOpen: number): QueryError {
  const message = `${query.type} was not asked: ${maxOpen} questions of this process are unanswered. Ask less, or later.`;
  return new QueryError('query_too_many', message);
}

/** Ends the wait for an answer. */
function createTimer(question: { readonly type: string }, ms: number) {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<never>((_, reject) => {
    const message = `${question.type} was not answered in time. It may have been heard all the same.`;
    timer = setTimeout(() => reject(new QueryError('query_timeout', message)), Math.max(0, ms));
  });
  ended.catch(() => undefined);
  return { ended, clear: () => clearTimeout(timer) };
}

async function send(
  transport: Pick<QueueTransport, 'send'>,
  query: QueryContract,
  body: string,
  leftMs: number,
): Promise<void> {
  const message = `${query.type} was not asked: the queue did not take the question. Try again.`;
  const sent = await transport
    .send(QUERY_QUEUE, [body], AbortSignal.timeout(Math.max(1, Math.floor(leftMs))))
    .catch((cause) => {
      throw new QueryError('query_not_sent', message, { cause });
    });
  if (sent[0]) throw new QueryError('query_not_sent', message, { cause: new Error(sent[0].message) });
}

function readReply(query: QueryContract, reply: unknown): unknown {
  const checked = checkReply(query, reply);
  if ('data' in checked) return checked.data;
  const message = `The answer to ${query.type} is not what this process' version of it allows: ${inWords(checked.issues)}.`;
  throw new QueryError('query_reply_invalid', message, { issues: checked.issues });
}

function errorOf({ code, message, reason, issues }: ReplyError): QueryError {
  return new QueryError(code, message, { reason, ...(issues ? { issues } : {}) });
}
