import type { QueryContract, QueryData, QueryReply } from '@skelly/types/event';
import { EventError } from '../errors';

/** What a responder knows of a question beside its data. */
export interface Question {
  readonly id: string;
  /** The module that asks. */
  readonly sourceModule: string;
  /** On whose behalf: `user:{id}`, `handler:{id}`, `cli` or `system`. */
  readonly actor: string;
  readonly correlationId: string;
  /** Aborts when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Who answers one kind of question. */
export interface Responder<Q extends QueryContract = QueryContract> {
  /** Names the responder in logs: `feature.what-it-answers`. */
  readonly id: string;
  readonly on: Q;
  /**
   * Answers. It may be asked the same twice, when a worker died over it, so it must change nothing. A {@link QueryRefused} that it
   * throws reaches whoever asks; of any other error they learn only that it failed.
   */
  readonly answer: (data: QueryData<Q>, question: Question) => Promise<QueryReply<Q>> | QueryReply<Q>;
  /** Milliseconds for an answer at most. @defaultValue as long as somebody waits for it */
  readonly timeoutMs?: number;
}

/** A process' responders. */
export interface ResponderRegistry {
  find(type: string, version: number): Responder | undefined;
  readonly all: readonly Responder[];
}

const RESPONDER_ID = /^[a-z0-9]+([.-][a-z0-9]+)*$/;

/** Declares who answers a query. @throws Error when its id is not well formed or its timeout is not a positive number */
export function defineResponder<Q extends QueryContract>(responder: Responder<Q>): Responder<Q> {
  const { id, timeoutMs = 1 } = responder;
  if (!RESPONDER_ID.test(id))
    throw new Error(`Responder id "${id}" must be lower-case words joined by dots or hyphens, such as mail.check.`);
  if (!(timeoutMs > 0)) throw new Error(`Responder "${id}": timeoutMs must be above 0; got ${timeoutMs}.`);
  return responder;
}

/** @throws EventError when two answer the same version of a query: who asks could not tell which would. */
export function createResponderRegistry(responders: readonly Responder[]): ResponderRegistry {
  const byQuery = new Map<string, Responder>();
  for (const responder of responders) {
    const key = keyOf(responder.on.type, responder.on.version);
    const other = byQuery.get(key);
    if (other)
      throw new EventError(
        'responder_duplicate',
        `"${other.id}" and "${responder.id}" both answer version ${responder.on.version} of ${responder.on.type}: keep one of them.`,
      );
    byQuery.set(key, responder);
  }
  return { find: (type, version) => byQuery.get(keyOf(type, version)), all: responders };
}

function keyOf(type: string, version: number): string {
  return `${type} ${version}`;
}
