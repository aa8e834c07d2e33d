'use client';

import { useMemo } from 'react';
import { type Attempt, keyLeft } from '../http/attempts';
import { useAttempts } from '../live/use-attempts';

/** Where requests are sent to. */
export const REQUESTS_PATH = '/api/requests';

/** A request as it was sent. */
export interface Draft {
  readonly creatorId: string;
  readonly title: string;
  readonly details: string;
  readonly amount: number;
}

/**
 * Requests to a creator that were sent, in this tab or another, and of which nobody knows yet whether they were made, as long as they
 * can be repeated; oldest first.
 * Whoever closes the form after a lost answer, or leaves its page, can send each of them again as it was.
 */
export function useDrafts(creatorId: string): readonly Draft[] {
  const all = useAttempts();
  return useMemo(() => draftsOf(all.values(), creatorId), [all, creatorId]);
}

export function draftsOf(attempts: Iterable<Attempt>, creatorId: string): readonly Draft[] {
  return [...attempts]
    .filter(({ path, at }) => path === REQUESTS_PATH && keyLeft(at) > 0)
    .sort((a, b) => a.at - b.at)
    .map(({ body }) => body as Draft)
    .filter((draft) => draft.creatorId === creatorId);
}

/** Whether they are the same request: sent again, it is made once. */
export function isSameDraft(one: Draft | null, other: Draft | null): boolean {
  return one !== null && JSON.stringify(one) === JSON.stringify(other);
}
