import type { Rehearsal, ReplayRun, ReplaySummary, ReplayWays } from '@skelly/events/replay';

const STATES: Readonly<Record<string, string>> = {
  open: 'unfinished',
  waiting: 'on their way or running',
  finished: 'finished',
  discarded: 'given up by an operator',
  dead: 'dead letters (see `skelly dlq`)',
  old: 'too old: the inbox has dropped their weeks, so nobody can run them',
  gone: 'no longer in the history, which keeps what is finished no longer',
  unknown: 'of a handler or version that this checkout does not have',
};

/** What would be sent, and what not. */
export function describeSummary(
  { events, types, handlers, more }: ReplaySummary,
  { effectsLeftOut }: ReplayWays,
  { again, perSecond }: { readonly again: boolean; readonly perSecond: number },
): string {
  const sent = again ? 'finished' : 'open';
  const count = handlers.reduce((sum, { states }) => sum + (states[sent] ?? 0), 0);
  const left = effectsLeftOut.filter(({ type }) => types.includes(type));
  return lines([
    `${events}${more ? ' or more' : ''} events, of ${types.join(', ')}`,
    ...handlers
      .filter(({ states }) => Object.keys(states).length > 0)
      .map(({ handler, states }) => `  ${handler}: ${listStates(states)}`),
    ...left.map(
      ({ handler }) => `  ${handler}: left out, as it acts outside; name it by --handler if it is to run too`,
    ),
    `${count}${more ? ' or more' : ''} deliveries are sent${again ? ', though they have finished' : ''}: at ${perSecond} a second at most, beginning with a sixteenth of it.`,
    ...(again && handlers.some(({ states }) => states['open'])
      ? ['Unfinished ones are not: replay them without --again.']
      : []),
  ]);
}

/** What handlers would do. */
export function describeRehearsal(rehearsal: Rehearsal): string {
  const { tried, worked, failed, locked, passedBy, rows, backboneRows, failures, otherFailures, stopped } = rehearsal;
  const { events, timers, pushes, effects } = rehearsal;
  const called = effects.reduce((sum, { count }) => sum + count, 0);
  const changes = ({ table, inserted, updated, deleted }: Rehearsal['rows'][number]) =>
    `  ${table}: ${inserted} inserted, ${updated} updated, ${deleted} deleted`;
  return lines([
    `Tried ${tried - called} deliveries, and rolled all of it back: ${worked} would finish, ${failed} would fail${locked > 0 ? `, ${locked} could not be tried, as others held what they need` : ''}.`,
    ...section('Rows, each as often as it would be written', [...rows, ...backboneRows].map(changes)),
    ...section(
      'Events',
      events.map(({ type, count }) => `  ${type}: ${count}`),
    ),
    ...section(
      'Timers',
      timers.map(({ type, count }) => `  ${type}: ${count}`),
    ),
    ...section(
      'Pushes to browsers',
      pushes.map(({ channels, count }) => `  ${channels}: ${count}`),
    ),
    ...section(
      'Calls of effects, which were not tried',
      effects.map(({ handler, count }) => `  ${handler}: ${count}`),
    ),
    ...section(
      'Failures',
      failures.map(
        ({ fingerprint, count, handler, reason, error, firstEventId }) =>
          `  ${fingerprint}  ${count} of ${handler}  ${reason}\n    ${short(error)}\n    first: ${firstEventId}`,
      ),
    ),
    ...(otherFailures > 0 ? [`  and ${otherFailures} of further causes`] : []),
    ...(Object.keys(passedBy).length > 0 ? [`Passed by: ${listStates(passedBy)}.`] : []),
    ...(stopped === 'limit' ? ['There is more: --limit sets how many are tried.'] : []),
    ...(stopped === 'aborted' ? ['Interrupted: there is more.'] : []),
    ...(stopped === 'overruns' ? ['Ended early, as handlers overran their timeouts again and again.'] : []),
    'Nothing was changed. What handlers of new events would do in turn is not in it.',
  ]);
}

/** How a replay stands. */
export function describeReplay(replay: ReplayRun): string {
  const { id, again, selection, handlers, actor, note, state, why, sent, finished, failed, open, passedBy } = replay;
  const silent = state === 'running' ? `, last seen ${replay.seenAt.toISOString()}` : '';
  return lines([
    `Replay ${id}: ${state}${silent}${why ? ` (${WHY[why]})` : ''}`,
    `  ${again ? 'again' : 'what was unfinished'}, for ${handlers.join(', ')}`,
    `  of ${Object.entries(JSON.parse(JSON.stringify(selection)) as object)
      .map(([bound, value]) => `${bound} ${Array.isArray(value) ? value.join(', ') : value}`)
      .join(', ')}`,
    `  by ${actor} ${replay.startedAt.toISOString()}${note ? `: ${note}` : ''}`,
    `Sent ${sent}: ${finished} finished, ${failed} failed for good, ${open} under way.`,
    ...(Object.keys(passedBy).length > 0 ? [`Passed by: ${listStates(passedBy)}.`] : []),
    ...(failed > 0 ? ['`skelly dlq list` shows why; there they can be retried.'] : []),
    ...next(replay),
  ]);
}

function next({ id, state, why }: ReplayRun): readonly string[] {
  if (state === 'finished') return [];
  if (why === 'open')
    return [
      `Everything is sent. Relays find what queues have lost and count what ends; \`skelly replay resume ${id}\` waits for it, and sends it at once.`,
    ];
  return [`\`skelly replay resume ${id}\` goes on.`];
}

const WHY = {
  failures: 'a tenth of them failed',
  interrupted: 'interrupted',
  open: 'some had not ended when it was no longer waited for',
};

/** A line a replay. */
export function describeReplays(replays: readonly ReplayRun[]): string {
  if (replays.length === 0) return 'Nothing was ever replayed.\n';
  return lines(
    replays.map(
      ({ id, startedAt, state, again, sent, finished, failed, open, actor, note }) =>
        `${id}  ${startedAt.toISOString()}  ${state}  ${again ? 'again' : 'unfinished'}  ${sent} sent, ${finished} finished, ${failed} failed, ${open} open  by ${actor}${note ? `: ${note}` : ''}`,
    ),
  );
}

function section(title: string, rows: readonly string[]): readonly string[] {
  return rows.length > 0 ? [`${title}:`, ...rows] : [];
}

function listStates(states: Readonly<Record<string, number>>): string {
  return Object.entries(states)
    .map(([state, count]) => `${count} ${STATES[state] ?? state}`)
    .join(', ');
}

function lines(all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

/** Characters of an error. */
const SHORT = 160;

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > SHORT ? `${line.slice(0, SHORT)}…` : line;
}
