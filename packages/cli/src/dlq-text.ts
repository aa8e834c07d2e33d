import type { DeadLetter, DeadLetterDetail, DeadLetterGroup, RetryRunResult } from '@skelly/events';

const NONE = 'No dead letter is open.\n';

/** Characters of an error in a list. */
const SHORT = 160;

/** A paragraph a cause. */
export function describeGroups(groups: readonly DeadLetterGroup[]): string {
  if (groups.length === 0) return NONE;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const lines = groups.map(
    ({ fingerprint, count, handler, reason, error, types, firstFailedAt, lastFailedAt }) =>
      `${fingerprint}  ${count} of ${handler ?? 'nobody'}  ${types.join(', ') || 'no event'}  ${reason}\n` +
      `  ${firstFailedAt.toISOString()} to ${lastFailedAt.toISOString()}\n  ${short(error)}\n`,
  );
  return `${lines.join('')}${total} open, of ${groups.length} ${groups.length === 1 ? 'cause' : 'causes'}.\n`;
}

/** Two lines a letter. */
export function describeLetters(letters: readonly DeadLetter[]): string {
  if (letters.length === 0) return NONE;
  return letters
    .map(
      ({ id, fingerprint, failedAt, handler, type, eventId, attempts, error }) =>
        `${id}  ${failedAt.toISOString()}  ${handler ?? 'nobody'}  ${type ?? 'unreadable'}  ${eventId ?? ''}  ${attempts} tries  ${fingerprint}\n` +
        `  ${short(error)}\n`,
    )
    .join('');
}

/** Everything about one. */
export function describeLetter(letter: DeadLetterDetail): string {
  const { id, fingerprint, handler, type, eventId, queue, reason, error, stack, attempts, failedAt } = letter;
  const { event, correction, history, body, resolution, resolvedAt, resolvedBy, note } = letter;
  const lines = [
    `Dead letter ${id}, cause ${fingerprint}`,
    `  handler     ${handler ?? 'nobody'}${queue === null ? '' : ` (queue ${queue})`}`,
    `  event       ${type ?? 'unreadable'} ${eventId ?? ''}`,
    `  reason      ${reason}, after ${attempts} tries, ${failedAt.toISOString()}`,
    ...(resolvedAt
      ? [
          `  resolved    ${resolution ?? 'finished'} ${resolvedAt.toISOString()}${resolvedBy ? ` by ${resolvedBy}` : ''}${note ? `: ${note}` : ''}`,
        ]
      : []),
    '',
    stack ?? error,
    '',
    ...history.map(
      (tried) =>
        `  try ${tried.attempt}  ${tried.failedAt.toISOString()}  after ${tried.failedAt.getTime() - tried.startedAt.getTime()} ms  ${tried.errorName}: ${short(tried.errorMessage)}`,
    ),
    ...(event
      ? [
          '',
          `  about ${event.subject}, by ${event.actor}, ${event.occurredAt.toISOString()}, correlation ${event.correlationId}`,
          `  data, version ${event.version}: ${JSON.stringify(event.data)}`,
        ]
      : []),
    ...(correction
      ? [
          `  corrected by ${correction.actor} ${correction.createdAt.toISOString()}: ${correction.note}`,
          `  data, version ${correction.version}: ${JSON.stringify(correction.data)}`,
        ]
      : []),
    ...(body === null ? [] : ['', body]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What came of a run. */
export function describeRetries(result: RetryRunResult): string {
  const { total, sent, finished, failedAgain, why, stopped } = result;
  const left = total - sent - why.unreadable - why.gone - why.retired;
  const lines = [
    `Sent ${sent} of ${total}: ${finished} finished, ${failedAgain} failed again, ${sent - finished - failedAgain} under way.`,
    ...(why.unreadable > 0 ? [`${why.unreadable} are messages that cannot be read; they can be discarded.`] : []),
    ...(why.gone > 0 ? [`${why.gone} are of events that history has no more; they can be discarded.`] : []),
    ...(why.retired > 0 ? [`${why.retired} are of handlers that there are no more; they can be discarded.`] : []),
    ...(stopped === 'failures' ? [`Stopped, as they fail again; ${left} stay as they were.`] : []),
    ...(stopped === 'aborted' ? [`Interrupted; ${left} stay as they were.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > SHORT ? `${line.slice(0, SHORT)}…` : line;
}
