'use client';

import type { DisputesResponse } from '@skelly/types/marketplace';
import clsx from 'clsx';
import { memo } from 'react';
import { RelativeTime } from '../../ui/relative-time';
import { figure, money } from '../../wallet/money';

interface DisputeRowProps {
  readonly dispute: DisputesResponse['items'][number];
  readonly chosen: boolean;
  readonly onChoose: (requestId: string) => void;
}

/** One dispute: a line on wide screens, two on a phone. The whole row is the button. */
export const DisputeRow = memo(function DisputeRow({ dispute, chosen, onChoose }: DisputeRowProps) {
  const { requestId, title, fan, creator, amount, performedAmount, currency, reason, disputedAt } = dispute;
  const asked = performedAmount ?? amount;
  return (
    <tr
      data-dispute={requestId}
      className={clsx(
        'dispute-grid relative min-h-[38px] items-center border-line border-b text-small [contain-intrinsic-block-size:auto_38px] [content-visibility:auto] hover:bg-sunk/50',
        chosen && 'bg-sunk',
      )}
    >
      <td className="tabular whitespace-nowrap text-ink-2 max-md:order-2 max-md:text-right">
        <RelativeTime at={disputedAt} />
      </td>
      <td className="min-w-0 max-md:order-1">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={() => onChoose(requestId)}
          className="block max-w-full truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-sky focus-visible:after:-outline-offset-2"
        >
          {title}
        </button>
      </td>
      <td className="truncate max-md:order-3" title={`${fan.displayName} asked ${creator.displayName}`}>
        {fan.displayName} <span className="text-ink-2">asked</span> {creator.displayName}
      </td>
      <td className="tabular whitespace-nowrap text-right max-md:order-4">
        {asked < amount ? `${figure(asked)} of ` : ''}
        {money(amount, currency)}
      </td>
      <td className="truncate text-ink-2 max-md:hidden" title={reason}>
        {reason}
      </td>
    </tr>
  );
});
