'use client';

import type { Wallet } from '@skelly/types/wallet';
import { useEffect, useRef, useState } from 'react';
import type { Failure } from '../http/send';
import { Button } from '../ui/button';
import { money } from './amount-words';
import { failureWords } from './failure-words';
import { figure } from './money';
import type { LiveWallets } from './use-wallets';

interface CollectEarningsProps {
  readonly wallet: Wallet;
  readonly onCollect: LiveWallets['collect'];
}

/** Makes what was earned available, all of it. Nothing while there is nothing. */
export function CollectEarnings({ wallet, onCollect }: CollectEarningsProps) {
  const [collected, setCollected] = useState<number | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const said = useRef<HTMLSpanElement>(null);
  const { earningsBalance, currency } = wallet;
  // The button goes with what it collected: whoever uses the keyboard goes on at what stands in its place.
  useEffect(() => {
    if (collected !== null) said.current?.focus({ preventScroll: true });
  }, [collected]);
  const collect = async () => {
    setFailure(null);
    setCollected(earningsBalance);
    const refused = await onCollect(earningsBalance, currency);
    if (!refused) return;
    setCollected(null);
    setFailure(refused);
  };
  return (
    <>
      {earningsBalance > 0 ? (
        <Button look="secondary" onClick={collect} disabled={wallet.frozen}>
          Collect {figure(earningsBalance)} earned
        </Button>
      ) : null}
      {collected !== null && earningsBalance === 0 ? (
        <span ref={said} role="status" tabIndex={-1} className="self-center text-moss text-small outline-none">
          {money(collected, currency)} collected
        </span>
      ) : null}
      {failure ? (
        <p role="alert" className="w-full text-ember-ink text-small">
          Not collected. {failureWords(failure)}
        </p>
      ) : null}
    </>
  );
}
