'use client';

import type { TopUp } from '@skelly/types/wallet';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { FormFailure } from '../auth/form-failure';
import { PENDING_AFTER_MS } from '../http/pending';
import { type Failure, send } from '../http/send';
import { useSession } from '../live/session-provider';
import { PageHeader } from '../member/page-header';
import { Button } from '../ui/button';
import { ButtonLink } from '../ui/button-link';
import { Card } from '../ui/card';
import { Notice } from '../ui/notice';
import { money } from './money';

type Outcome = 'paid' | 'cancelled' | 'failed';

/** Where a test payment is made: no bank, no card, and three ways in which it can end. */
export function Checkout({ topUp }: { readonly topUp: TopUp }) {
  const { status, pay, pending, failure } = usePayment(topUp);
  const words = money(topUp.amount, topUp.currency);
  return (
    <>
      <PageHeader title="Test payment" line="Stands in for a payment provider" />
      <Card className="max-w-120">
        <div className="px-5 pt-5 pb-5">
          <Notice tone="info" title="No real money is paid here">
            Choose how the payment ends. The wallet learns of it as it would from a bank.
          </Notice>
          <p className="mt-5 text-ink-2">Top up</p>
          <p className="tabular font-semibold font-title text-display tracking-tight">{words}</p>
          {status === 'pending' ? (
            <div className="mt-5 grid gap-3">
              <Button className="h-11" pending={pending === 'paid'} onClick={() => pay('paid')}>
                Pay
              </Button>
              <div className="grid grid-cols-2 gap-3">
                <Button
                  look="secondary"
                  className="h-11"
                  pending={pending === 'cancelled'}
                  onClick={() => pay('cancelled')}
                >
                  Cancel
                </Button>
                <Button look="secondary" className="h-11" pending={pending === 'failed'} onClick={() => pay('failed')}>
                  Let it fail
                </Button>
              </div>
              <FormFailure failure={failure} comfort="Nothing is paid twice." known={{}} />
            </div>
          ) : (
            <Ended status={status} words={words} />
          )}
        </div>
      </Card>
    </>
  );
}

function Ended({ status, words }: { readonly status: Exclude<TopUp['status'], 'pending'>; readonly words: string }) {
  return (
    <div className="mt-5 grid gap-4">
      {status === 'paid' ? (
        <Notice tone="done" role="status" title="Paid">
          {words} arrive in your wallet by themselves.
        </Notice>
      ) : (
        <Notice
          tone={status === 'failed' ? 'failed' : 'held'}
          role="alert"
          title={status === 'failed' ? 'The payment failed' : 'The payment was cancelled'}
        >
          Nothing was paid, and your wallet is as it was. Top up anew whenever you like.
        </Notice>
      )}
      <ButtonLink href="/wallet" className="h-11">
        To your wallet
      </ButtonLink>
    </div>
  );
}

/** Tells the provider how the payment ends. What is paid or cancelled leads back to the wallet, what failed is said here. */
function usePayment({ topUpId, status: first }: TopUp) {
  const router = useRouter();
  const { user } = useSession();
  const [status, setStatus] = useState(first);
  const [pending, setPending] = useState<Outcome | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const busy = useRef(false);
  const pay = async (outcome: Outcome) => {
    if (busy.current) return;
    busy.current = true;
    setFailure(null);
    const slow = setTimeout(() => setPending(outcome), PENDING_AFTER_MS);
    const sent = await send<TopUp>(`/api/wallet/top-ups/${topUpId}/pay`, { body: { outcome }, userId: user.id });
    clearTimeout(slow);
    busy.current = false;
    if (sent.ok && outcome !== 'failed') return router.push('/wallet');
    setPending(null);
    if (sent.ok) setStatus(outcome);
    else setFailure(sent.failure);
  };
  return { status, pay, pending, failure };
}
