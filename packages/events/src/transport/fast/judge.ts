import type { DataCall, DataCalls } from '../data-path';
import type { Answer } from './post';

/** What an answer is worth: the output itself; a refusal that says why, which the SDK will word; or nothing to rely on. */
export type Verdict<Name extends DataCall> =
  | { readonly kind: 'plain'; readonly output: DataCalls[Name]['output'] }
  | { readonly kind: 'refused' }
  | { readonly kind: 'doubtful'; readonly why: string };

/** 400s that say nothing of this request but of the moment: the same as a server in trouble. */
const OF_THE_MOMENT = /throttl|toomanyrequests|overlimit|slowdown|skew|signature|expired|token/i;

/** Judges an answer without trusting it: only a 200 with the JSON that the call is answered with is plain. */
export function judge<Name extends DataCall>(name: Name, { status, body }: Answer): Verdict<Name> {
  const json = parse(body);
  if (status === 200) {
    if (json && isOutput[name](json)) return { kind: 'plain', output: json };
    return { kind: 'doubtful', why: `200 with a body of ${body.length} characters that is no answer to ${name}` };
  }
  const type = json?.['__type'];
  if (status === 400 && typeof type === 'string' && !OF_THE_MOMENT.test(type)) return { kind: 'refused' };
  return { kind: 'doubtful', why: `status ${status}${typeof type === 'string' ? ` ${type}` : ''}` };
}

function parse(body: string): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isList = (value: unknown, isEntry: (entry: Fields) => boolean): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.every((entry) => entry && isEntry(entry as Fields)));
const hasId = (entry: Fields) => typeof entry['Id'] === 'string';
const isBatch = ({ Successful, Failed }: Fields) =>
  (Array.isArray(Successful) || Array.isArray(Failed)) && isList(Successful, hasId) && isList(Failed, hasId);

const isOutput: { readonly [Name in DataCall]: (json: Fields) => json is DataCalls[Name]['output'] & Fields } = {
  SendMessageBatch: (json): json is DataCalls['SendMessageBatch']['output'] & Fields => isBatch(json),
  ReceiveMessage: (json): json is DataCalls['ReceiveMessage']['output'] & Fields =>
    isList(json['Messages'], (message) =>
      ['MessageId', 'ReceiptHandle', 'Body'].every((field) => typeof message[field] === 'string'),
    ),
  DeleteMessageBatch: (json): json is Fields => isBatch(json),
  ChangeMessageVisibilityBatch: (json): json is Fields => isBatch(json),
};
