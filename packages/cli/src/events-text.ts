import type { OpsEvent, OpsEventWay } from '@skelly/types/ops';
import type { TailRow } from './events';

/** A line an event, and one for its handlers. */
export function describeEvents({
  items,
  nextBefore,
}: {
  readonly items: readonly OpsEvent[];
  readonly nextBefore: number | null;
}): string {
  if (items.length === 0) return 'The log has no such event.\n';
  const lines = items.map(
    ({ position, occurredAt, type, subject, eventId, handlers }) =>
      `${position}  ${occurredAt}  ${type}  ${subject}  ${eventId}\n` +
      (handlers.length === 0
        ? ''
        : `  ${handlers.map(({ handler, status, attempt }) => `${handler}: ${status}${attempt > 1 ? ` (try ${attempt})` : ''}`).join(', ')}\n`),
  );
  return lines.join('') + (nextBefore === null ? '' : `Older ones: --before ${nextBefore}\n`);
}

/** A line of `events tail`. */
export function tailLine({ position, occurredAt, type, subject, actor, eventId }: TailRow): string {
  return `${position}  ${occurredAt.toISOString()}  ${type}  ${subject}  by ${actor}  ${eventId}\n`;
}

interface Moment {
  readonly at: string | null;
  readonly what: string;
}

/** The way of an event in order of time, each line with the milliseconds since what caused it. @param data shown when given */
export function describeWay(way: OpsEventWay, data?: Record<string, unknown>): string {
  const zero = Date.parse(way.origin.occurredAt);
  const moments: Moment[] = [
    { at: way.occurredAt, what: `emitted by ${way.actor}` },
    ...way.handlers.flatMap((handler) => momentsOf(handler, handler.handler)),
    ...way.replays.flatMap((handler) => momentsOf(handler, `${handler.handler} (replay ${handler.replay})`)),
    ...way.pushes.flatMap(({ channel, offset, pushedAt, shown }): Moment[] => [
      { at: pushedAt, what: `pushed to ${channel} at offset ${offset}` },
      {
        at: shown?.firstAt ?? null,
        what: shown ? `shown in ${shown.tabs} tabs of ${shown.members} members` : `not shown to anybody on ${channel}`,
      },
    ]),
  ];
  const done = moments.filter((moment): moment is Moment & { at: string } => moment.at !== null);
  const open = moments.filter(({ at }) => at === null);
  done.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const lines = [
    `${way.type} version ${way.version}, ${way.eventId}`,
    `  about ${way.subject}, position ${way.position}, from ${way.sourceModule}`,
    `  correlation ${way.correlationId}${way.causationId === null ? '' : `, caused by ${way.causationId}`}`,
    ...(data ? [`  data ${JSON.stringify(data)}`] : []),
    '',
    ...done.map(({ at, what }) => `  ${at}  ${`+${Date.parse(at) - zero}`.padStart(8)} ms  ${what}`),
    ...open.map(({ what }) => `  ${' '.repeat(24)}  ${'–'.padStart(8)}     ${what}`),
  ];
  return `${lines.join('\n')}\n`;
}

function momentsOf(handler: OpsEventWay['handlers'][number], name: string): readonly Moment[] {
  const { queue, status, attempt, relayedAt, receivedAt, startedAt, finishedAt, waits, failedTries } = handler;
  const reason = waits ? ` until ${waits.until}${waits.reason === null ? '' : `: ${waits.reason}`}` : '';
  return [
    ...(relayedAt === null ? [] : [{ at: relayedAt, what: `${name}: relayed to queue ${queue}` }]),
    ...(receivedAt === null ? [] : [{ at: receivedAt, what: `${name}: received` }]),
    ...failedTries.map(({ attempt: nth, failedAt, error }) => ({
      at: failedAt,
      what: `${name}: try ${nth} failed: ${error.replaceAll(/\s+/g, ' ')}`,
    })),
    ...(startedAt === null || status === 'discarded' ? [] : [{ at: startedAt, what: `${name}: started` }]),
    {
      at: finishedAt,
      what: `${name}: ${status}${status === 'finished' && attempt > 1 ? ` at try ${attempt}` : ''}${reason}`,
    },
  ];
}
