'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { PENDING_AFTER_MS } from '../http/pending';
import { useSession } from '../live/session-provider';
import { PageHeader } from '../member/page-header';
import { Card } from '../ui/card';
import { RelativeTime } from '../ui/relative-time';
import { DueTime } from './due-time';
import { RequestActions } from './request-actions';
import { RequestMoney } from './request-money';
import { isEnded, otherOf, viewerOf } from './request-words';
import { StatusMark } from './status-mark';
import { Timeline } from './timeline';
import { useRequest } from './use-request';

/** One request: where it stands, what may be done, where its points are and how it came to this. */
export function RequestPage({ read }: { readonly read: PerformanceRequestDetail }) {
  const { user } = useSession();
  const { request, isSending, run } = useRequest(read);
  const isSlow = useSlow(isSending);
  const viewer = viewerOf(request, user.id);
  const other = otherOf(request, viewer).displayName;
  return (
    <>
      <PageHeader
        title={request.title}
        line={
          <>
            <Link
              href={viewer === 'creator' ? '/requests?side=creator' : '/requests'}
              className="rounded-sm underline-offset-4 hover:text-ink hover:underline"
            >
              All requests
            </Link>
            <span aria-hidden="true"> · </span>
            <span>
              {viewer === 'support'
                ? `${request.fan.displayName} asked ${other}`
                : viewer === 'fan'
                  ? `You asked ${other}`
                  : `${other} asked you`}
            </span>
          </>
        }
      />
      <div className="grid grid-cols-[minmax(0,4fr)_minmax(0,3fr)] items-start gap-4.5 max-lg:grid-cols-1">
        <div className="grid gap-4.5 max-lg:contents">
          <Card className="max-lg:order-1">
            <div className="px-5 py-4.5">
              <div role="status" aria-label="Where it stands">
                <StatusMark request={request} viewer={viewer} className="text-lead" />
                {isSlow ? <p className="mt-1 min-h-5 text-ink-2 text-small">Sending…</p> : null}
              </div>
              {isSlow ? null : (
                <p className="tabular mt-1 min-h-5 text-ink-2 text-small">
                  <Meanwhile request={request} />
                </p>
              )}
              <RequestActions request={request} isSending={isSending} run={run} />
            </div>
            {request.details ? (
              <div className="border-line border-t px-5 py-4.5">
                <h2 className="font-semibold">Details</h2>
                <p className="mt-1.5 whitespace-pre-line text-ink-2 [overflow-wrap:anywhere]">{request.details}</p>
              </div>
            ) : null}
          </Card>
          <Card title="What happened" className="max-lg:order-3">
            <div className="px-5 pt-1 pb-5">
              <Timeline request={request} viewer={viewer} />
            </div>
          </Card>
        </div>
        <Card title="Points" className="max-lg:order-2">
          <RequestMoney request={request} viewer={viewer} />
        </Card>
      </div>
    </>
  );
}

/** When it ended, or what it waits for. */
function Meanwhile({ request }: { readonly request: PerformanceRequestDetail }) {
  if (request.status === 'disputed') return 'The points stay held until then';
  if (!isEnded(request.status)) return <DueTime request={request} />;
  return <RelativeTime at={request.timeline.at(-1)?.at ?? request.updatedAt} />;
}

/** Whether something has been going on for so long that it is worth saying. */
function useSlow(isGoingOn: boolean): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    if (!isGoingOn) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), PENDING_AFTER_MS);
    return () => clearTimeout(timer);
  }, [isGoingOn]);
  return isSlow;
}
