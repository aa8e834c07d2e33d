import type { Message } from '@aws-sdk/client-sqs';
import type { CountedData } from '../workload/counted';
import type { Counting } from '../workload/counters';

/** What a peer's message tells to count. */
export function countingOf({ MessageId, Body }: Message): Counting {
  const { userId, amount } = JSON.parse(Body ?? '') as CountedData;
  return { id: MessageId ?? '', userId, amount };
}
