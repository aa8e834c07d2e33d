'use client';

import type { RequestsResponse } from '@skelly/types/marketplace';
import { useSession } from '../live/session-provider';
import { PageHeader } from '../member/page-header';
import { Button } from '../ui/button';
import { ButtonLink } from '../ui/button-link';
import { Card } from '../ui/card';
import { ChoiceTabs } from '../ui/choice-tabs';
import { Notice } from '../ui/notice';
import { ShowOlder } from '../ui/show-older';
import { LoadingWord } from '../ui/skeleton';
import { useAddress } from '../ui/use-address';
import { EmptyRequests } from './empty-requests';
import { requestedPart } from './paths';
import { RequestRow } from './request-row';
import type { Part } from './requests-state';
import { RequestRowsSkeleton } from './skeletons';
import { useRequests } from './use-requests';

const sides = [
  { value: 'fan', name: 'Yours' },
  { value: 'creator', name: 'For you' },
] as const;
const states = [
  { value: 'open', name: 'Open' },
  { value: 'ended', name: 'Ended' },
] as const;

interface RequestsProps {
  readonly read: RequestsResponse;
  /** The part that the server read. */
  readonly readFor: Part;
}

/** The requests that a member has made, and those that were made to them. */
export function Requests({ read, readFor }: RequestsProps) {
  const { user } = useSession();
  const { get, set } = useAddress();
  const isCreator = user.role === 'creator';
  const part = requestedPart(get('side'), get('state'), user.role);
  const isRead = part.side === readFor.side && part.state === readFor.state;
  return (
    <div className="group">
      <PageHeader title="Requests" line="Asked for, performed, paid: points are held in between" />
      <div className="mb-3 flex min-h-9 flex-wrap items-center gap-x-6 gap-y-2">
        {isCreator ? (
          <ChoiceTabs
            label="Whose"
            choices={sides}
            chosen={part.side}
            onChoose={(side) => set('side', side === 'fan' ? '' : side)}
          />
        ) : null}
        <ChoiceTabs
          label="Show"
          choices={states}
          chosen={part.state}
          onChoose={(state) => set('state', state === 'open' ? '' : state)}
        />
        {part.side === 'fan' ? (
          <ButtonLink href="/creators" look="secondary" className="ml-auto group-has-data-first-step:hidden">
            Find a creator
          </ButtonLink>
        ) : null}
      </div>
      <Card>
        <PartOfRequests key={`${part.side} ${part.state}`} part={part} read={isRead ? read : null} />
      </Card>
    </div>
  );
}

function PartOfRequests({ part, read }: { readonly part: Part; readonly read: RequestsResponse | null }) {
  const { list, hasFailed, retry, more } = useRequests(part, read);
  if (!list && hasFailed) {
    return (
      <div className="grid justify-items-center gap-3 px-5 py-8">
        <Notice tone="held" role="alert" title="Your requests could not be read">
          Nothing is lost. They show up as soon as Skelly can be reached.
        </Notice>
        <Button look="secondary" onClick={retry}>
          Try again
        </Button>
      </div>
    );
  }
  if (!list) {
    return (
      <>
        <LoadingWord what="requests" />
        <RequestRowsSkeleton rows={3} />
      </>
    );
  }
  if (list.items.length === 0) return <EmptyRequests part={part} />;
  return (
    <>
      <ul aria-label="Requests">
        {list.items.map((request) => (
          <RequestRow key={request.requestId} request={request} viewer={part.side} />
        ))}
      </ul>
      {list.nextCursor === null ? null : (
        <ShowOlder load={more} what="Older requests" className="border-line border-t px-5 py-4" />
      )}
    </>
  );
}
