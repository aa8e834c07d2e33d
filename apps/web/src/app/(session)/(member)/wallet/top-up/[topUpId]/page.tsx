import type { TopUp } from '@skelly/types/wallet';
import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ApiUnavailable, readApi } from '../../../../../../server/api';
import { requireSession } from '../../../../../../server/session';
import { Checkout } from '../../../../../../wallet/checkout';

export const metadata: Metadata = { title: 'Test payment' };

interface TopUpPageProps {
  readonly params: Promise<{ readonly topUpId: string }>;
}

/** The checkout of the test provider: where a member says how a payment goes. */
export default async function TopUpPage({ params }: TopUpPageProps) {
  await requireSession();
  const path = `/api/wallet/top-ups/${encodeURIComponent((await params).topUpId)}`;
  const found = await readApi<TopUp>(path);
  if (found.ok) return <Checkout key={found.data.topUpId} topUp={found.data} />;
  if (found.status === 404 || found.status === 400) notFound();
  throw new ApiUnavailable(path, found.status);
}
