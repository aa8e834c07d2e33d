import { EventDataError, type EventSystem, validateEventData, withEventContext } from '@skelly/events';
import { BELIEVED_HOURS, type ClientEventRequest } from '@skelly/types/client-event';
import { AppError } from '@skelly/types/errors';
import type { ClientIdentity, EventContract } from '@skelly/types/event';
import { findContract } from '@skelly/types/events';
import type { ClientEventLimit } from './limit';

const BELIEVED_MS = BELIEVED_HOURS * 3_600_000;

export interface ClientEventsDependencies {
  readonly events: Pick<EventSystem, 'emitEvents' | 'getEventConfig'>;
  readonly limit: ClientEventLimit;
  readonly now: () => Date;
  /** @defaultValue the catalog's */
  readonly find?: (type: string) => EventContract | undefined;
}

/** The one way in for events that clients emit, whichever door they come by. */
export interface ClientEvents {
  /**
   * Emits events on behalf of whoever is signed in, in one transaction: all, or none when any is refused. Durable when it resolves.
   * Keys are the user's own: nobody meets those of another.
   *
   * @returns the events' ids, in order; for a key that was used before, that of its first event.
   * @throws AppError `too_many_events`; `event_not_allowed` when any is of a type that clients, or this one, may not emit;
   *   `event_invalid` when data is not what its contract says. The latter two list every problem of every event, by index.
   */
  emit(who: ClientIdentity, requests: readonly ClientEventRequest[]): Promise<readonly string[]>;
}

interface Problem {
  readonly kind: 'not_allowed' | 'invalid';
  readonly path: string;
  readonly message: string;
}

/** An event that is as it should be, or what is wrong with it. */
type Checked =
  | { readonly contract: EventContract; readonly data: Record<string, unknown> }
  | { readonly problems: readonly Problem[] };

export function createClientEvents(deps: ClientEventsDependencies): ClientEvents {
  const { find = findContract } = deps;

  /** A clock that goes wrong does not keep an event from being counted: what cannot be true is not believed. */
  function believed(occurredAt: string | undefined): { occurredAt?: Date } {
    if (occurredAt === undefined) return {};
    const age = deps.now().getTime() - Date.parse(occurredAt);
    return age >= 0 && age <= BELIEVED_MS ? { occurredAt: new Date(occurredAt) } : {};
  }

  return {
    async emit(who, requests) {
      deps.limit.take(who, requests.length);
      const { maxPayloadSize } = deps.events.getEventConfig();
      const checked = requests.map((request) => check(find(request.type), who, request, maxPayloadSize));
      const problems = checked.flatMap((event, index) =>
        'problems' in event ? event.problems.map((problem) => at(index, problem)) : [],
      );
      if (problems.length > 0) throw refusal(problems);
      const emits = requests.map(({ idempotencyKey, occurredAt }, index) => {
        const { contract, data } = checked[index] as Extract<Checked, { contract: EventContract }>;
        const key = idempotencyKey === undefined ? {} : { idempotencyKey: `client ${who.userId} ${idempotencyKey}` };
        return { event: contract, data, ...key, ...believed(occurredAt) };
      });
      return withEventContext({ actor: `user:${who.userId}` }, () => deps.events.emitEvents(emits, 'client'));
    },
  };
}

function check(
  contract: EventContract | undefined,
  who: ClientIdentity,
  request: ClientEventRequest,
  maxBytes: number,
): Checked {
  const rule = contract?.clientEvent;
  if (!contract || !rule) return refused('not_allowed', 'type', `"${request.type}" is no event that clients may emit.`);
  const filled = Object.entries(rule.fill).map(([field, fillIn]) => [field, fillIn(who)] as const);
  const foreign = filled.filter(([field, value]) => field in request.data && request.data[field] !== value);
  if (foreign.length > 0) {
    const problems = foreign.map(
      ([field]): Problem => ({
        kind: 'not_allowed',
        path: `data.${field}`,
        message: 'is filled in from the session; leave it out.',
      }),
    );
    return { problems };
  }
  try {
    const { data } = validateEventData(contract, { ...request.data, ...Object.fromEntries(filled) }, maxBytes);
    if (rule.may?.(who, data) === false)
      return refused('not_allowed', 'type', `Your account may not emit "${contract.type}" with this data.`);
    return { contract, data };
  } catch (error) {
    if (!(error instanceof EventDataError)) throw error;
    const problems = error.issues.map(
      ({ path, message }): Problem => ({ kind: 'invalid', path: path ? `data.${path}` : 'data', message }),
    );
    return { problems };
  }
}

function refused(kind: Problem['kind'], path: string, message: string): Checked {
  return { problems: [{ kind, path, message }] };
}

function at(index: number, problem: Problem): Problem {
  return { ...problem, path: `events.${index}.${problem.path}` };
}

function refusal(problems: readonly Problem[]): AppError {
  const isForbidden = problems.some(({ kind }) => kind === 'not_allowed');
  return new AppError({
    kind: isForbidden ? 'forbidden' : 'invalid',
    code: isForbidden ? 'event_not_allowed' : 'event_invalid',
    message: 'No event was written. Correct or leave out those that are named.',
    fields: problems.map(({ path, message }) => ({ path, message })),
  });
}
