import type { LedgerRule, LedgerViolation } from '@skelly/types/wallet';
import clsx from 'clsx';
import { fullTime, shortId } from '../format';

const words: Record<LedgerRule, string> = {
  balance: 'An account does not hold what its transfers say',
  chain: 'A transfer does not follow from the one before',
  recount: 'What was audited once has changed',
  escrow: 'Escrow is not the sum of open holds',
  hold: 'A hold does not say what was moved',
  expiry: 'A hold is open past its expiry',
  event: 'A transfer or its event is missing',
};

type Facts = LedgerViolation['evidence']['expected'];

/** One finding of the audit: which rule, about what, and what was expected and found. */
export function ViolationRow({ violation }: { readonly violation: LedgerViolation }) {
  const { rule, subject, userId, currency, evidence, foundAt, resolvedAt, resolvedBy, note } = violation;
  return (
    <li data-violation={rule} className="border-line border-b px-5.5 py-3 text-small max-md:px-4">
      <div className="flex flex-wrap items-baseline gap-x-4">
        <p className="font-medium">{words[rule]}</p>
        <p className={clsx('text-fine', resolvedAt ? 'text-ink-2' : 'font-medium text-ember-ink')}>
          {resolvedAt ? 'Closed' : 'Open'}
        </p>
        <p className="text-fine text-ink-2" suppressHydrationWarning>
          {fullTime(foundAt)}
        </p>
      </div>
      <p className="break-all font-mono text-fine text-ink-2">
        {shortId(subject)}
        {userId === null ? ', no wallet' : `, ${shortId(userId)}, ${currency}`}
      </p>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 text-fine">
        <dt className="text-ink-2">Expected</dt>
        <dd className="break-words font-mono">{inWords(evidence.expected)}</dd>
        <dt className="text-ink-2">Found</dt>
        <dd className="break-words font-mono">{inWords(evidence.found)}</dd>
        {evidence.transfers.length > 0 ? <dt className="text-ink-2">Transfers</dt> : null}
        {evidence.transfers.map((transfer, nth) => (
          <dd key={nth} className="col-start-2 break-words font-mono">
            {inWords(transfer)}
          </dd>
        ))}
      </dl>
      {resolvedAt ? (
        <p className="mt-1 break-words text-fine text-ink-2" suppressHydrationWarning>
          {`${fullTime(resolvedAt)} by ${shortId(resolvedBy ?? '')}: ${note ?? ''}`}
        </p>
      ) : null}
    </li>
  );
}

function inWords(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? shortId(value) : (value ?? 'none')}`)
    .join(', ');
}
