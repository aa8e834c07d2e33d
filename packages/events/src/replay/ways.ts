import type { Database } from '@skelly/db';
import { didYouMean } from '@skelly/types/near';
import { ReplayError, type ReplaySelection } from './selection';

/** A handler that events of a type go to. */
export interface ReplayWay {
  readonly type: string;
  readonly handler: string;
  readonly kind: 'handle' | 'effect';
}

/** Whom a replay is for. */
export interface ReplayWays {
  readonly ways: readonly ReplayWay[];
  /** Effects of the events meant that were not named: they act outside, so nobody replays them by accident. */
  readonly effectsLeftOut: readonly ReplayWay[];
}

/**
 * Finds the handlers that a replay is for: those that are named, or all of the selected type but effects; of all types where none is selected.
 *
 * @param types every type that there is, for the text of an error.
 * @throws ReplayError for a type or handler that there is not, with those that may be meant.
 */
export async function findWays(
  { pool }: Database,
  { type }: ReplaySelection,
  { handlers, types }: { readonly handlers: readonly string[]; readonly types: readonly string[] },
): Promise<ReplayWays> {
  const { rows: routes } = await pool.query<ReplayWay>(
    'select type, handler, kind from event_route where retired_at is null order by type, handler',
  );
  return decideWays(routes, { type, handlers, types });
}

/** What {@link findWays} decides, from the routes that are in force. @throws ReplayError */
export function decideWays(
  routes: readonly ReplayWay[],
  given: { readonly type: string | undefined; readonly handlers: readonly string[]; readonly types: readonly string[] },
): ReplayWays {
  const { type, handlers, types } = given;
  if (type !== undefined && !types.includes(type) && !routes.some((route) => route.type === type))
    throw new ReplayError('event_type_unknown', `There is no event type "${type}".${didYouMean(type, types)}`);
  for (const handler of handlers) checkHandler(routes, handler, type);
  const ofType = routes.filter((route) => type === undefined || route.type === type);
  const ways = ofType.filter(({ handler, kind }) =>
    handlers.length > 0 ? handlers.includes(handler) : kind !== 'effect',
  );
  if (ways.length > 0)
    return { ways, effectsLeftOut: ofType.filter((route) => !ways.includes(route) && route.kind === 'effect') };
  const effects = ofType.filter(({ kind }) => kind === 'effect').map(({ handler }) => handler);
  throw new ReplayError(
    'replay_unhandled',
    effects.length > 0
      ? `Only effects handle ${type ?? 'events'}, and they act outside: name those that are to run again, of ${effects.join(', ')}.`
      : `No handler in force has ${type ?? 'any event'}.`,
  );
}

function checkHandler(routes: readonly ReplayWay[], handler: string, type: string | undefined): void {
  const own = routes.filter((route) => route.handler === handler);
  if (own.length === 0) {
    const known = routes.map((route) => route.handler);
    throw new ReplayError(
      'handler_unknown',
      `No handler in force has the id "${handler}".${didYouMean(handler, known)}`,
    );
  }
  if (type !== undefined && !own.some((route) => route.type === type)) {
    throw new ReplayError(
      'handler_other_type',
      `Handler ${handler} is for ${own.map((route) => route.type).join(', ')}, not for ${type}.`,
    );
  }
}
