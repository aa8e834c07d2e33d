import type { OpsEventsResponse, OpsOverview } from '@skelly/types/ops';
import { isOperator } from '@skelly/types/role';
import type { Metadata } from 'next';
import { Console } from '../../../ops/console';
import { cleanType, eventsPath } from '../../../ops/filter';
import { needApi } from '../../../server/api';
import { requireSession } from '../../../server/session';

export const metadata: Metadata = { title: 'Events' };

interface OpsPageProps {
  readonly searchParams: Promise<{ readonly type?: string | string[] }>;
}

/** What happens in the system, as it happens. */
export default async function OpsPage({ searchParams }: OpsPageProps) {
  // The layout answers 403; this page is rendered beside it and must not ask the API in vain.
  if (!isOperator((await requireSession()).me.user.role)) return null;
  const type = cleanType((await searchParams).type);
  const [events, overview] = await Promise.all([
    needApi<OpsEventsResponse>(eventsPath({ type })),
    needApi<OpsOverview>('/api/ops/overview'),
  ]);
  return <Console events={events} overview={overview} readFor={type} />;
}
