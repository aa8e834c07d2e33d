import { type EventContract, PAYLOAD_BYTES } from '@skelly/types/event';
import { EmitError, EventDataError } from '../errors';

// In JSON text: U+0000 and lone surrogates are escaped (an escape is one that an even number of backslashes precedes), U+FFFE and U+FFFF are not.
const ESCAPED = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/i;
const NONCHARACTER = /[\uFFFE\uFFFF]/;

/**
 * Checks data against its contract and against what Postgres and SQS can carry.
 *
 * @returns the data as the contract parsed it, and its JSON.
 * @throws EventDataError naming the contract, each path and what to do.
 */
export function validateEventData(
  contract: EventContract,
  data: unknown,
  maxBytes: number = PAYLOAD_BYTES.default,
): { data: Record<string, unknown>; json: string } {
  const parsed = parseEventData(contract, data);
  const json = JSON.stringify(parsed);
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes) {
    throw new EventDataError(contract.type, [
      {
        path: '',
        message: `has ${bytes} bytes, ${maxBytes} are allowed; store the bulk and put its id into the event`,
      },
    ]);
  }
  if (!isCarriable(json)) {
    throw new EventDataError(contract.type, [
      {
        path: '',
        message:
          'holds U+0000, U+FFFE, U+FFFF or half a surrogate pair, which queues and Postgres cannot carry; remove it',
      },
    ]);
  }
  return { data: parsed, json };
}

/** Checks data against its contract alone. @returns the data as the contract parsed it. @throws EventDataError */
export function parseEventData(contract: EventContract, data: unknown): Record<string, unknown> {
  const parsed = contract.data.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new EventDataError(
    contract.type,
    parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
  );
}

/** @throws EmitError when events of the contract are pushed alone */
export function requireEmittable({ type, handled }: EventContract): void {
  if (handled !== 'never') return;
  throw new EmitError(
    'event_pushed_alone',
    `${type} was not emitted: its contract says handled: 'never'. Push it, or let the contract say 'optional'.`,
  );
}

/** Whether JSON text holds only what Postgres and SQS can carry. */
export function isCarriable(json: string): boolean {
  // To look for a backslash first costs a tenth of the expression, and most texts have none.
  return !(json.includes('\\u') && ESCAPED.test(json)) && !NONCHARACTER.test(json);
}
