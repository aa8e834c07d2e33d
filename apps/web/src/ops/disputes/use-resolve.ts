'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { useState } from 'react';
import { PENDING_AFTER_MS } from '../../http/pending';
import type { Failure } from '../../http/send';
import { useSendOnce } from '../../live/use-send-once';
import { figure } from '../../wallet/money';
import { parseAmount } from '../../wallet/parse-amount';

/** A decision before it is made: its fields, what is wrong with them, and the last question. */
export function useResolve(request: PerformanceRequestDetail, onResolved: (request: PerformanceRequestDetail) => void) {
  const { requestId, amount, performedAmount } = request;
  const [text, setText] = useState(`${performedAmount ?? amount}`);
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [state, setState] = useState<'idle' | 'sending' | 'slow'>('idle');
  const [why, setWhy] = useState<Failure | null>(null);
  const sendOnce = useSendOnce();

  const given = parseAmount(text);
  const settle = given !== null && given <= amount ? given : null;
  const errors = {
    amount: settle === null ? `Type a whole number from 0 to ${figure(amount)}.` : undefined,
    note: isTried && note.trim() === '' ? 'Say why; both sides can read it.' : undefined,
  };

  const ask = () => {
    setTried(true);
    setWhy(null);
    if (settle !== null && note.trim() !== '') setAsked(true);
  };
  const resolve = async () => {
    if (state !== 'idle' || settle === null) return;
    setState('sending');
    const slow = setTimeout(() => setState('slow'), PENDING_AFTER_MS);
    const sent = await sendOnce<PerformanceRequestDetail>(`/api/ops/disputes/${requestId}/resolve`, {
      settleAmount: settle,
      note: note.trim(),
    });
    clearTimeout(slow);
    setState('idle');
    if (!sent.ok) return setWhy(sent.failure);
    if (sent.data?.requestId) onResolved(sent.data);
  };
  return {
    text,
    setText,
    note,
    setNote,
    settle,
    errors,
    isAsked,
    setAsked,
    ask,
    resolve,
    isSlow: state === 'slow',
    why,
  };
}
