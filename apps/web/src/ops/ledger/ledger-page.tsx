'use client';

import type { LedgerHead, OpsLedgerResponse } from '@skelly/types/wallet';
import { useSession } from '../../live/session-provider';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { duration, fullTime } from '../format';
import { FrozenRow } from './frozen-row';
import { useLedger } from './use-ledger';
import { ViolationRow } from './violation-row';

const heading = 'border-line border-b bg-sunk/50 px-5.5 py-2 font-medium text-small max-md:px-4';

/** How far the audit has come, the wallets that it has frozen, and what it found, with the evidence. */
export function LedgerPage({ read }: { readonly read: OpsLedgerResponse }) {
  const { head, violations, openViolations, frozen, stale, unfreeze, retry } = useLedger(read);
  const { user } = useSession();
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-8">
      <Summary head={head} open={openViolations} isStale={stale} />
      {stale ? (
        <Notice tone="held" role="alert" title="This is not current" className="mx-5.5 my-4 max-md:mx-4">
          <p>The audit may have found something, and could not be read again.</p>
          <Button look="secondary" className="mt-2" onClick={retry}>
            Try again
          </Button>
        </Notice>
      ) : null}
      <h2 className={heading}>Frozen wallets</h2>
      {frozen.length === 0 ? (
        <p className="px-5.5 py-4 text-ink-2 text-small max-md:px-4">None. Every wallet takes operations.</p>
      ) : (
        <ul aria-label="Frozen wallets">
          {frozen.map((wallet) => (
            <FrozenRow
              key={`${wallet.currency} ${wallet.userId}`}
              wallet={wallet}
              mayUnfreeze={user.role === 'admin'}
              onUnfreeze={unfreeze}
            />
          ))}
        </ul>
      )}
      <h2 className={heading}>Violations</h2>
      {violations.length === 0 ? (
        <p className="px-5.5 py-4 text-ink-2 text-small max-md:px-4">The audit has never found anything wrong.</p>
      ) : (
        <ul aria-label="Violations">
          {violations.map((violation) => (
            <ViolationRow key={violation.violationId} violation={violation} />
          ))}
        </ul>
      )}
    </div>
  );
}

interface SummaryProps {
  readonly head: LedgerHead;
  readonly open: number;
  /** Then it says how it was. */
  readonly isStale: boolean;
}

function Summary({ head, open, isStale }: SummaryProps) {
  const { finishedAt, position, waiting, transfers, accounts, recounted, more, tookMs } = head;
  return (
    <p
      data-audit={finishedAt === null ? 'none' : 'done'}
      className="flex min-h-12 flex-wrap items-center gap-x-4 border-line border-b px-5.5 py-2 text-ink-2 text-small max-md:px-4"
    >
      <span className="font-medium text-ink">
        {open === 0
          ? `Nothing ${isStale ? 'was' : 'is'} wrong`
          : `${open} open ${open === 1 ? 'violation' : 'violations'}`}
      </span>
      {finishedAt === null ? (
        <span>The audit has not run yet.</span>
      ) : (
        <>
          <span suppressHydrationWarning>Audited {fullTime(finishedAt)}</span>
          <span>
            {transfers} new transfers, {accounts} accounts, {recounted} counted again, in {duration(tookMs)}
          </span>
          <span>
            Up to transfer {position}, {waiting} later ones wait
          </span>
          {more === 0 ? null : <span>{more} more findings come with the next runs</span>}
        </>
      )}
    </p>
  );
}
