import type { RequestsResponse } from '@skelly/types/marketplace';
import type { Metadata } from 'next';
import { requestedPart, requestsPath } from '../../../../marketplace/paths';
import { Requests } from '../../../../marketplace/requests';
import { needApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';

export const metadata: Metadata = { title: 'Requests' };

interface RequestsPageProps {
  readonly searchParams: Promise<{ readonly side?: string | string[]; readonly state?: string | string[] }>;
}

/** What a member has asked others to perform, and was asked for. */
export default async function RequestsPage({ searchParams }: RequestsPageProps) {
  const { me } = await requireSession();
  const { side, state } = await searchParams;
  const part = requestedPart(`${side ?? ''}`, `${state ?? ''}`, me.user.role);
  return <Requests read={await needApi<RequestsResponse>(requestsPath(part))} readFor={part} />;
}
