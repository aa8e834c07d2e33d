'use client';

import type { PerformanceRequest } from '@skelly/types/marketplace';
import Link from 'next/link';
import { memo } from 'react';
import { Avatar } from '../member/avatar';
import { RelativeTime } from '../ui/relative-time';
import { money } from '../wallet/money';
import { DueTime } from './due-time';
import { isEnded, otherOf, type Viewer } from './request-words';
import { StatusMark } from './status-mark';

interface RequestRowProps {
  readonly request: PerformanceRequest;
  readonly viewer: Viewer;
}

/** One request in a list. */
export const RequestRow = memo(function RequestRow({ request, viewer }: RequestRowProps) {
  const other = otherOf(request, viewer).displayName;
  return (
    <li data-request={request.requestId} className="border-line border-t first:border-t-0">
      <Link
        href={`/requests/${request.requestId}`}
        className="-outline-offset-2 flex min-h-[72px] items-center gap-3.5 px-5 py-3.5 hover:bg-sunk/45 max-md:px-4"
      >
        <Avatar name={other} />
        <span className="min-w-0 flex-1 md:flex md:items-center md:gap-4">
          <span className="block min-w-0 flex-1">
            <span className="block">
              <span className="font-medium [overflow-wrap:anywhere]">{request.title}</span>
              <span className="text-ink-2"> {viewer === 'creator' ? `for ${other}` : `by ${other}`}</span>
            </span>
            <StatusMark request={request} viewer={viewer} className="text-ink-2 text-small" />
          </span>
          <span className="tabular shrink-0 max-md:mt-0.5 max-md:flex max-md:items-baseline max-md:gap-2.5 max-md:text-small md:text-right">
            <span className="block whitespace-nowrap font-medium">{money(request.amount, request.currency)}</span>
            <span className="block min-h-5 text-ink-2 text-small">
              {isEnded(request.status) ? <RelativeTime at={request.updatedAt} /> : <DueTime request={request} />}
            </span>
          </span>
        </span>
      </Link>
    </li>
  );
});
