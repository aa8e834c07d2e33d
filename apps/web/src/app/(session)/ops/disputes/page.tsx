import type { DisputesResponse } from '@skelly/types/marketplace';
import { isOperator } from '@skelly/types/role';
import type { Metadata } from 'next';
import { DisputesPage } from '../../../../ops/disputes/disputes-page';
import { needApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';

export const metadata: Metadata = { title: 'Disputes' };

/** Requests on whose money support decides. */
export default async function OpsDisputesPage() {
  // The layout answers 403; this page is rendered beside it and must not ask the API in vain.
  if (!isOperator((await requireSession()).me.user.role)) return null;
  return <DisputesPage read={await needApi<DisputesResponse>('/api/ops/disputes')} />;
}
