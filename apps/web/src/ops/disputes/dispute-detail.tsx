'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import type { ReactNode } from 'react';
import { StatusMark } from '../../marketplace/status-mark';
import { Timeline } from '../../marketplace/timeline';
import { CopyText } from '../../ui/copy-text';
import { money } from '../../wallet/money';
import { shortId } from '../format';
import { ResolveForm } from './resolve-form';

interface DisputeDetailProps {
  readonly request: PerformanceRequestDetail;
  readonly onResolved: (request: PerformanceRequestDetail) => void;
}

/** Both sides of a dispute, and the decision. */
export function DisputeDetail({ request, onResolved }: DisputeDetailProps) {
  const { requestId, title, details, fan, creator, amount, performedAmount, settledAmount, refundedAmount } = request;
  const { currency } = request;
  const mayResolve = request.actions.includes('resolve');
  return (
    <div className="px-5.5 pt-4.5 pb-8 max-md:px-4">
      <h2 className="pr-12 font-semibold font-title text-lead tracking-tight [overflow-wrap:anywhere]">{title}</h2>
      <div role="status">
        <StatusMark request={request} viewer="support" className="mt-0.5 text-ink-2 text-small" />
      </div>
      <dl className="mt-4 text-small">
        <Fact name="Fan">
          <Person {...fan} />
        </Fact>
        <Fact name="Creator">
          <Person {...creator} />
        </Fact>
        <Fact name="Price">
          <span className="tabular">{money(amount, currency)}</span>
        </Fact>
        {performedAmount === null ? null : (
          <Fact name="Asked for">
            <span className="tabular">{money(performedAmount, currency)}</span>
          </Fact>
        )}
        {settledAmount + refundedAmount > 0 ? (
          <Fact name="Paid, returned">
            <span className="tabular">
              {money(settledAmount, currency)}, {money(refundedAmount, currency)}
            </span>
          </Fact>
        ) : null}
        <Fact name="Request">
          <CopyText text={requestId} shown={shortId(requestId)} what="request id" />
        </Fact>
      </dl>
      {details ? (
        <>
          <h3 className="mt-5 mb-1.5 font-semibold">What was asked for</h3>
          <p className="whitespace-pre-line text-ink-2 text-small [overflow-wrap:anywhere]">{details}</p>
        </>
      ) : null}
      <h3 className="mt-5 mb-2.5 font-semibold">What happened</h3>
      <div className="text-small">
        <Timeline request={request} viewer="support" />
      </div>
      {mayResolve ? <ResolveForm request={request} onResolved={onResolved} /> : null}
    </div>
  );
}

function Person({ userId, displayName }: PerformanceRequestDetail['fan']) {
  return (
    <span className="flex flex-wrap items-center gap-x-2.5">
      {displayName}
      <CopyText text={userId} shown={shortId(userId)} what="user id" className="text-ink-2" />
    </span>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[104px_minmax(0,1fr)] py-1">
      <dt className="text-ink-2">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
