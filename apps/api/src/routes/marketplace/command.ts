import { getRequest, type MoveDependencies } from '@skelly/domain/marketplace';
import type { Session } from '@skelly/domain/session';
import type { UnitOfWork } from '@skelly/events';
import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import type { Once, Services } from '../../http/route';

/** Runs a command on a request once per Idempotency-Key, and answers the request as it is then. */
export async function runCommand(
  { events, wallets, now }: Services,
  { once, session, requestId }: { readonly once: Once; readonly session: Session; readonly requestId: string },
  run: (
    work: UnitOfWork,
    deps: MoveDependencies,
    given: { readonly requestId: string; readonly userId: string },
  ) => Promise<void>,
): Promise<{ readonly status: 200; readonly body: PerformanceRequestDetail }> {
  const at = now();
  const body = await events.transaction((work) =>
    once(work, async () => {
      await run(work, { wallets, now: at }, { requestId, userId: session.userId });
      return getRequest(work.tx, session, { requestId, now: at });
    }),
  );
  return { status: 200, body };
}

/** Refusals of a request that has moved on; any of them may come of a rival. */
export const ENDED = [
  'request_already_completed',
  'request_already_declined',
  'request_already_withdrawn',
  'request_already_expired',
  'request_already_refunded',
] as const;
