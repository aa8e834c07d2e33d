import { causeOfFailedQuery, describeError, type ErrorDescription } from '@skelly/types/errors';
import pino from 'pino';

export type Logger = pino.Logger;

/** Causes that a line tells at most; a chain of errors may be a ring. */
const CAUSES_AT_MOST = 5;

/**
 * One JSON object a line on stdout, with `service`, `time` (ISO 8601) and the level by name. Headers and fields that may hold
 * a credential are cut out wherever they appear. Of errors (`err`, `error`, `cause`) a line holds what {@link describeError}
 * lets through, and the same of their causes: no query with its values, no row that Postgres quotes.
 *
 * @param options.context - fields of the running code, for every line: on whose behalf it runs.
 * @param destination where lines go instead of stdout.
 */
export function createLogger(
  options: { service: string; level: string; context?: () => object },
  destination: pino.DestinationStream = pino.destination(1),
): Logger {
  return pino(
    {
      level: options.level,
      base: { service: options.service },
      ...(options.context ? { mixin: options.context } : {}),
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['*.password', '*.token', '*.cookie', '*.authorization', 'req.headers'], remove: true },
      serializers: { err: loggable, error: loggable, cause: loggable },
    },
    destination,
  );
}

function loggable(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? describeWithCauses(error, CAUSES_AT_MOST) : error;
}

interface DescriptionWithCauses extends ErrorDescription {
  readonly cause?: DescriptionWithCauses;
}

function describeWithCauses(error: unknown, causesAtMost: number): DescriptionWithCauses {
  const { cause } = causeOfFailedQuery(error) as { cause?: unknown };
  const described = describeError(error);
  return cause instanceof Error && causesAtMost > 0
    ? { ...described, cause: describeWithCauses(cause, causesAtMost - 1) }
    : described;
}
