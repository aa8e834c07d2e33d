'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import Link from 'next/link';
import { ButtonLink } from '../ui/button-link';
import { Notice } from '../ui/notice';
import { money } from '../wallet/money';
import type { Draft } from './drafts';

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

interface NotKnownYetProps {
  /** The creator's. */
  readonly name: string;
  /** Whether the form holds one of them. */
  readonly isHere: boolean;
  /** Those that it does not hold. */
  readonly others: readonly Draft[];
  /** Puts one of them into the form. */
  readonly onTake: (draft: Draft) => void;
}

/** Over a form: requests that were sent, here or in another tab, before anybody knew how that ended. */
export function NotKnownYet({ name, isHere, others, onTake }: NotKnownYetProps) {
  const [first] = others;
  const what = first === undefined ? 'this' : isHere || others.length > 1 ? 'these' : `“${first.title}”`;
  return (
    <Notice tone="held" role="status" title={`We do not know yet whether ${what} reached ${name}`} className="mb-4">
      {isHere ? 'Send it again as it stands' : 'Fill it in and send it as it stands'}, and nothing is held twice. What
      you change makes it another request: look at <ToRequests /> first.
      {others.length > 0 ? (
        <ul className="mt-1">
          {others.map((draft) => (
            <li key={JSON.stringify(draft)}>
              <button
                type="button"
                onClick={() => onTake(draft)}
                className="tabular rounded-sm text-left font-medium text-ink underline underline-offset-4 [overflow-wrap:anywhere] max-md:min-h-11"
              >
                Fill in “{draft.title}” for {money(draft.amount, 'points')}
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </Notice>
  );
}

/** Over a form that began with a request of which nobody knew, and which is not the same any more: perhaps another tab knows how it ended. */
export function TriedBefore() {
  return (
    <Notice tone="info" role="status" title="Look at your requests before you send this" className="mb-4">
      It was tried before, here or in another tab, and sent now it is one more of <ToRequests />.
    </Notice>
  );
}

function ToRequests() {
  return (
    <Link href="/requests" className="font-medium text-ink underline underline-offset-4">
      your requests
    </Link>
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
