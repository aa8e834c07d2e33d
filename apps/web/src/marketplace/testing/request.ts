import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import type { Moved } from '../moved-request';

export const mara = { userId: '00000000-0000-7000-8000-00000000000a', displayName: 'Mara' };
export const teo = { userId: '00000000-0000-7000-8000-00000000000b', displayName: 'Teo' };
export const AT = '2026-05-01T10:00:00.000Z';

/** The id of the n-th request. */
export function idOf(n: number): string {
  return `00000000-0000-7000-8000-1000000000${String(n).padStart(2, '0')}`;
}

/** Mara's request to Teo for 1,200 points, as it was made, with what a test changes of it. */
export function requestOf(changes: Partial<PerformanceRequestDetail> = {}): PerformanceRequestDetail {
  return {
    requestId: idOf(1),
    title: 'Custom song',
    status: 'requested',
    fan: mara,
    creator: teo,
    currency: 'points',
    amount: 1_200,
    performedAmount: null,
    settledAmount: 0,
    refundedAmount: 0,
    dueAt: '2026-05-04T10:00:00.000Z',
    createdAt: AT,
    updatedAt: AT,
    version: 1,
    details: '',
    timeline: [{ status: 'requested', at: AT, by: 'fan', note: null }],
    actions: [],
    stream: { channel: `user:${mara.userId}`, epoch: 'e', offset: 0 },
    ...changes,
  };
}

/** What the stream tells of a step of that request. */
export function movedTo(status: Moved['status'], requestVersion: number, changes: Partial<Moved> = {}): Moved {
  return {
    requestId: idOf(1),
    status,
    by: 'creator',
    settledAmount: 0,
    refundedAmount: 0,
    requestVersion,
    ...changes,
  };
}
