'use client';

import { CircleCheck, Send } from 'lucide';
import { useEffect, useRef } from 'react';
import { Button } from '../ui/button';
import { Icon } from '../ui/icon';
import { money } from './money';
import { isSent, sentWords } from './sent-words';
import type { Transfer } from './transfers';

/** How a transfer goes that is shown as done. */
export function TransferSent({ transfer, onClose }: { readonly transfer: Transfer; readonly onClose: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => button.current?.focus(), []);
  const { to, amount, currency, state } = transfer;
  const isOver = isSent(transfer);
  return (
    <div data-transfer={state}>
      <div className="flex flex-col items-center py-3 text-center">
        <Icon of={isOver ? CircleCheck : Send} className={isOver ? 'size-9 text-moss' : 'size-9 text-ink-2'} />
        <p className="tabular mt-3 font-semibold font-title text-lead">
          {money(amount, currency)} to {to.displayName}
        </p>
        <p role="status" className="mt-1 min-h-5 text-ink-2 text-small">
          {sentWords(transfer)}
        </p>
      </div>
      <Button ref={button} className="mt-3 h-11 w-full" onClick={onClose}>
        Done
      </Button>
    </div>
  );
}
