import { isOperator } from '@skelly/types/role';
import type { OpsLedgerResponse } from '@skelly/types/wallet';
import type { Metadata } from 'next';
import { LedgerPage } from '../../../../ops/ledger/ledger-page';
import { needApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';

export const metadata: Metadata = { title: 'Ledger' };

/** What the audit of the ledger has proved and found. */
export default async function OpsLedgerPage() {
  // The layout answers 403; this page is rendered beside it and must not ask the API in vain.
  if (!isOperator((await requireSession()).me.user.role)) return null;
  return <LedgerPage read={await needApi<OpsLedgerResponse>('/api/ops/ledger')} />;
}
