import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { requestPath } from '../../../../../marketplace/paths';
import { RequestPage as Request } from '../../../../../marketplace/request-page';
import { ApiUnavailable, readApi } from '../../../../../server/api';
import { requireSession } from '../../../../../server/session';

export const metadata: Metadata = { title: 'Request' };

interface RequestPageProps {
  readonly params: Promise<{ readonly requestId: string }>;
}

/** One request, for both sides of it and for support. */
export default async function RequestPage({ params }: RequestPageProps) {
  await requireSession();
  const path = requestPath((await params).requestId);
  const found = await readApi<PerformanceRequestDetail>(path);
  if (found.ok) return <Request key={found.data.requestId} read={found.data} />;
  // Somebody else's request is none.
  if (found.status === 404 || found.status === 403 || found.status === 400) notFound();
  throw new ApiUnavailable(path, found.status);
}
