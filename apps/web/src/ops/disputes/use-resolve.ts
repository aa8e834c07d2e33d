'use client';

import { newIdempotencyKey } from '@skelly/client';
import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { useRef, useState } from 'react';
import { PENDING_AFTER_MS } from '../../http/pending';
import { send } from '../../http/send';
import { notDoneWords } from '../../marketplace/not-done-words';
import { parseAmount } from '../../wallet/parse-amount';

/** A decision before it is made: its fields, what is wrong with them, and the last question. */
export function useResolve(request: PerformanceRequestDetail, onResolved: (request: PerformanceRequestDetail) => void) {
  const { requestId, amount, performedAmount } = request;
  const [text, setText] = useState(`${performedAmount ?? amount}`);
  const [note, setNote] = useState('');
  const [isTried, setTried] = useState(false);
  const [isAsked, setAsked] = useState(false);
  const [state, setState] = useState<'idle' | 'sending' | 'slow'>('idle');
  const [why, setWhy] = useState<string | null>(null);
  const attempt = useRef<{ readonly data: string; readonly key: string } | null>(null);

  const given = parseAmount(text);
  const settle = given !== null && given <= amount ? given : null;
  const errors = {
    amount:
      settle === null ? `Type a whole number from 0 to ${new Intl.NumberFormat('en').format(amount)}.` : undefined,
    note: isTried && note.trim() === '' ? 'Say why; both sides can read it.' : undefined,
  };

  const ask = () => {
    setTried(true);
    setWhy(null);
    if (settle !== null && note.trim() !== '') setAsked(true);
  };
  const resolve = async () => {
    if (state !== 'idle' || settle === null) return;
    const body = { settleAmount: settle, note: note.trim() };
    const data = JSON.stringify(body);
    // The same key until an answer is known: trying again decides nothing twice.
    if (attempt.current?.data !== data) attempt.current = { data, key: newIdempotencyKey() };
    setState('sending');
    const slow = setTimeout(() => setState('slow'), PENDING_AFTER_MS);
    const sent = await send<PerformanceRequestDetail>(`/api/ops/disputes/${requestId}/resolve`, {
      body,
      idempotencyKey: attempt.current.key,
    });
    clearTimeout(slow);
    setState('idle');
    if (sent.ok || sent.failure.kind === 'refused') attempt.current = null;
    if (!sent.ok) return setWhy(notDoneWords(sent.failure));
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
