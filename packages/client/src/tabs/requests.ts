import type { RequestId } from '@skelly/types/live';

/** A tab's request, by the id that the tab gave it. */
export interface TabRequest {
  readonly tab: string;
  readonly id: RequestId;
}

/** Whose requests those are that the leader sends under numbers of its own, beside those for channels. */
export interface Requests {
  nextNumber(): number;
  /** @returns the number under which it is to be sent */
  add(request: TabRequest): number;
  of(number: RequestId): TabRequest | undefined;
  /** Forgets all; numbers go on. */
  forget(): void;
}

/** Requests whose answers are awaited; beyond it the oldest is answered to nobody. */
const MOST = 1_024;

export function createRequests(): Requests {
  const sent = new Map<RequestId, TabRequest>();
  let numbers = 0;
  function nextNumber(): number {
    numbers += 1;
    return numbers;
  }
  return {
    nextNumber,
    add(request) {
      const number = nextNumber();
      sent.set(number, request);
      for (const oldest of sent.keys()) {
        if (sent.size <= MOST) break;
        sent.delete(oldest);
      }
      return number;
    },
    of: (number) => sent.get(number),
    forget: () => sent.clear(),
  };
}
