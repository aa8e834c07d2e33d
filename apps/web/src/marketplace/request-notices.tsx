'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import Link from 'next/link';
import { ButtonLink } from '../ui/button-link';
import { Notice } from '../ui/notice';
import { money } from '../wallet/money';

/** Of a request that the wallet cannot pay. */
export function NotEnough({ available }: { readonly available: number | null }) {
  return (
    <Notice tone="failed" role="alert" title="You have not enough points for that">
      {available === null ? 'Nothing was held. ' : `You have ${money(available, 'points')}; nothing was held. `}
      Offer less, or{' '}
      <Link href="/wallet" className="font-medium text-ink underline underline-offset-4">
        top up your wallet
      </Link>
      .
    </Notice>
  );
}

/** Over a form that was sent before, and closed before anybody knew how that ended. */
export function NotKnownYet({ name }: { readonly name: string }) {
  return (
    <Notice tone="held" role="status" title={`We do not know yet whether this reached ${name}`} className="mb-4">
      Send it again as it stands, and nothing is held twice. What you change makes it another request: look at{' '}
      <Link href="/requests" className="font-medium text-ink underline underline-offset-4">
        your requests
      </Link>{' '}
      first.
    </Notice>
  );
}

/** Sent again, and made by the try before. */
export function AskedAlready({ request }: { readonly request: PerformanceRequestDetail }) {
  return (
    <div className="grid gap-4">
      <Notice tone="done" role="status" title={`“${request.title}” had reached ${request.creator.displayName} already`}>
        Your first try made it, for {money(request.amount, request.currency)}. Nothing was asked for again.
      </Notice>
      <ButtonLink href={`/requests/${request.requestId}`} className="h-11">
        To your request
      </ButtonLink>
    </div>
  );
}
