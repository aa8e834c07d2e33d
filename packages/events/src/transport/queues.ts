import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { withDeadline } from './deadline';
import { isMissingQueue } from './sqs-errors';
import {
  deadLetterQueue,
  MAX_RECEIVE_COUNT,
  QUERY_QUEUE,
  QUESTION_HIDDEN_SECONDS,
  QUESTION_KEPT_SECONDS,
} from './transport';

/** 14 days, SQS's longest, in seconds. */
const RETENTION_SECONDS = 1_209_600;
/** Names of one page, SQS's most, and pages at most. */
const LIST_PAGE = 1_000;
const LIST_PAGES = 10;

export interface Queues {
  /** Creates the queue and its dead-letter queue where they are missing, and corrects their settings. The query queue has none. */
  ensure(queue: string): Promise<void>;
  /** Runs a call with the queue's URL; where the queue is missing, creates it and runs the call once more. */
  withUrl<T>(queue: string, call: (url: string) => Promise<T>): Promise<T>;
  /** Names without the prefix. */
  list(): Promise<readonly string[]>;
  purge(url: string): Promise<void>;
  attributes(url: string, names: QueueAttributeName[]): Promise<Readonly<Partial<Record<QueueAttributeName, string>>>>;
}

/**
 * Finds, creates and corrects queues.
 *
 * @param options.visibilityTimeout seconds.
 * @param options.answerWithinMs milliseconds for each of two tries of a request.
 */
export function createQueues(
  client: SQSClient,
  options: { prefix: string; visibilityTimeout: number; answerWithinMs: number },
): Queues {
  const { prefix, visibilityTimeout, answerWithinMs } = options;
  const urls = new Map<string, Promise<string>>();

  function bounded<T>(request: (http: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    return withDeadline(answerWithinMs * 2 + 1_000, undefined, (abortSignal) => request({ abortSignal }));
  }

  async function findUrl(name: string): Promise<string | undefined> {
    try {
      const { QueueUrl } = await bounded((http) => client.send(new GetQueueUrlCommand({ QueueName: name }), http));
      return QueueUrl;
    } catch (error) {
      if (isMissingQueue(error)) return undefined;
      throw error;
    }
  }

  async function attributes(url: string, names: QueueAttributeName[]) {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names });
    return (await bounded((http) => client.send(command, http))).Attributes ?? {};
  }

  async function ensureNamed(name: string, wanted: Record<string, string>): Promise<string> {
    const found = await findUrl(name);
    if (found === undefined) {
      const command = new CreateQueueCommand({ QueueName: name, Attributes: wanted });
      return (await bounded((http) => client.send(command, http))).QueueUrl as string;
    }
    const has: Readonly<Record<string, string>> = await attributes(found, ['All']);
    if (Object.entries(wanted).some(([key, value]) => !sameAttribute(key, value, has[key]))) {
      const command = new SetQueueAttributesCommand({ QueueUrl: found, Attributes: wanted });
      await bounded((http) => client.send(command, http));
    }
    return found;
  }

  async function ensure(queue: string): Promise<string> {
    if (queue === QUERY_QUEUE)
      return ensureNamed(prefix + queue, {
        VisibilityTimeout: String(QUESTION_HIDDEN_SECONDS),
        MessageRetentionPeriod: String(QUESTION_KEPT_SECONDS),
      });
    const dlqUrl = await ensureNamed(prefix + deadLetterQueue(queue), {
      MessageRetentionPeriod: String(RETENTION_SECONDS),
    });
    const { QueueArn } = await attributes(dlqUrl, ['QueueArn']);
    return ensureNamed(prefix + queue, {
      VisibilityTimeout: String(visibilityTimeout),
      MessageRetentionPeriod: String(RETENTION_SECONDS),
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount: MAX_RECEIVE_COUNT }),
    });
  }

  /** The queue's URL, asked for once; several callers share the answer, and a failure is not kept. */
  function urlOf(queue: string, find: () => Promise<string>): Promise<string> {
    let url = urls.get(queue);
    if (!url) {
      url = find();
      url.catch(() => urls.delete(queue));
      urls.set(queue, url);
    }
    return url;
  }

  return {
    async ensure(queue) {
      urls.delete(queue);
      await urlOf(queue, () => ensure(queue));
    },
    async withUrl(queue, call) {
      const isDlq = queue.endsWith(deadLetterQueue(''));
      const owner = isDlq ? queue.slice(0, -deadLetterQueue('').length) : queue;
      const createAndFind = async () => {
        const url = await ensure(owner);
        return isDlq ? ((await findUrl(prefix + queue)) as string) : url;
      };
      try {
        return await call(await urlOf(queue, async () => (await findUrl(prefix + queue)) ?? createAndFind()));
      } catch (error) {
        if (!isMissingQueue(error)) throw error;
        urls.delete(queue);
        return call(await urlOf(queue, createAndFind));
      }
    },
    async list() {
      const names: string[] = [];
      let token: string | undefined;
      for (let page = 0; page < LIST_PAGES; page += 1) {
        const command = new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: LIST_PAGE, NextToken: token });
        const { QueueUrls = [], NextToken } = await bounded((http) => client.send(command, http));
        for (const url of QueueUrls) names.push(url.slice(url.lastIndexOf('/') + 1 + prefix.length));
        token = NextToken;
        if (!token) break;
      }
      return names.sort();
    },
    async purge(url) {
      await bounded((http) => client.send(new PurgeQueueCommand({ QueueUrl: url }), http));
    },
    attributes,
  };
}

/**
 * Whether a queue has the setting. Servers print a redrive policy in their own way (spacing, order, numbers as text) and
 * leave it out where there is none; another setting that they do not tell cannot be compared.
 */
function sameAttribute(key: string, wanted: string, found: string | undefined): boolean {
  if (key !== 'RedrivePolicy') return found === undefined || wanted === found;
  if (found === undefined) return false;
  const canonical = (text: string) => {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(text) as Record<string, unknown>;
    return `${deadLetterTargetArn} ${Number(maxReceiveCount)}`;
  };
  return canonical(wanted) === canonical(found);
}
