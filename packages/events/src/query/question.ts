import type { QueryContract } from '@skelly/types/event';
import { z } from 'zod';
import { MAX_MESSAGE_BYTES, QUESTION_KEPT_SECONDS } from '../transport/transport';
import { isCarriable } from '../unit-of-work/validate';
import type { QueryIssue } from './errors';

/** How long somebody may wait for an answer, in milliseconds. A question is never longer on its way than its queue keeps it. */
export const TIMEOUT_MS = { least: 10, most: QUESTION_KEPT_SECONDS * 1_000, default: 5_000 };

/** Bytes of what is asked at most: a message less what travels around it. */
const MAX_DATA_BYTES = MAX_MESSAGE_BYTES - 2_048;
/** Bytes of an answer at most. */
const MAX_REPLY_BYTES = 1_048_576;

/** A question as it travels. */
const questionSchema = z.object({
  question: z.uuid(),
  type: z.string(),
  version: z.number().int().positive(),
  data: z.record(z.string(), z.unknown()),
  sourceModule: z.string(),
  actor: z.string(),
  correlationId: z.uuid(),
  traceparent: z.string().nullable(),
  /** When nobody waits any more, by the database's clock, in milliseconds since 1970. */
  deadline: z.number().int().positive(),
});
export type QuestionMessage = z.output<typeof questionSchema>;

/** Reads a message of the query queue. @returns undefined when it is no question. */
export function readQuestion(body: string): QuestionMessage | undefined {
  try {
    return questionSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** Something checked against its schema, and its JSON; or each path that is wrong. */
export type Checked =
  | { readonly data: Record<string, unknown>; readonly json: string }
  | { readonly issues: readonly QueryIssue[] };

/** Checks what is asked against its query and against what a message can carry. */
export function checkData(query: QueryContract, data: unknown): Checked {
  return check(query.data, data, MAX_DATA_BYTES);
}

/** Checks an answer against its query and against what Postgres can keep. */
export function checkReply(query: QueryContract, reply: unknown): Checked {
  return check(query.reply, reply, MAX_REPLY_BYTES);
}

function check(schema: z.ZodType, value: unknown, maxBytes: number): Checked {
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    return { issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) };
  const json = JSON.stringify(parsed.data);
  const bytes = Buffer.byteLength(json);
  if (bytes > maxBytes)
    return {
      issues: [{ path: '', message: `has ${bytes} bytes, ${maxBytes} are allowed; give the id of what is large` }],
    };
  if (!isCarriable(json))
    return { issues: [{ path: '', message: 'holds U+0000, U+FFFE, U+FFFF or half a surrogate pair; remove it' }] };
  return { data: JSON.parse(json), json };
}

/** The issues of {@link Checked} in one line. */
export function inWords(issues: readonly QueryIssue[]): string {
  return issues.map(({ path, message }) => `${path || '(data)'}: ${message}`).join('; ');
}
