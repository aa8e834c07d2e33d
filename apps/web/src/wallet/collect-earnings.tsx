'use client';

import type { Wallet } from '@skelly/types/wallet';
import { useEffect, useRef, useState } from 'react';
import { type Failure, isUnknown } from '../http/send';
import { useFailure } from '../live/use-failure';
import { Button } from '../ui/button';
import { figure, money } from './money';
import type { LiveWallets } from './use-wallets';

interface CollectEarningsProps {
  readonly wallet: Wallet;
  readonly onCollect: LiveWallets['collect'];
  /** Says what is known of a failure; null until its words are here. */
  readonly words: ((failure: Failure) => string) | null;
}

/** Makes what was earned available, all of it. Nothing while there is nothing. */
export function CollectEarnings({ wallet, onCollect, words }: CollectEarningsProps) {
  const [collected, setCollected] = useState<number | null>(null);
  const said = useRef<HTMLSpanElement>(null);
  const { earningsBalance, currency, walletVersion } = wallet;
  const [failure, setFailure] = useFailure(walletVersion);
  // The button goes with what it collected: whoever uses the keyboard goes on at what stands in its place.
  useEffect(() => {
    if (collected !== null) said.current?.focus({ preventScroll: true });
  }, [collected]);
  // What has come since is not what was collected.
  useEffect(() => {
    if (earningsBalance > 0) setCollected(null);
  }, [earningsBalance]);
  const collect = async () => {
    setFailure(null);
    setCollected(earningsBalance);
    const ended = await onCollect(earningsBalance, currency);
    if (ended.ok) return;
    setCollected(null);
    setFailure(ended.failure);
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
          {isUnknown(failure) ? '' : 'Not collected. '}
          {words ? words(failure) : 'Look at your statement before you try again.'}
        </p>
      ) : null}
    </>
  );
}
