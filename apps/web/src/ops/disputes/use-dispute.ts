'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { useCallback, useEffect, useState } from 'react';
import { send } from '../../http/send';
import { requestPath } from '../../marketplace/paths';

interface Dispute {
  readonly state: 'reading' | 'current' | 'missing' | 'failed';
  readonly request: PerformanceRequestDetail | null;
  readonly take: (request: PerformanceRequestDetail) => void;
  readonly retry: () => void;
}

/** The chosen request in full, read again whenever `steps` changes. @param requestId empty for none */
export function useDispute(requestId: string, steps: number): Dispute {
  const [state, setState] = useState<Dispute['state']>('reading');
  const [request, setRequest] = useState<PerformanceRequestDetail | null>(null);
  const [turn, setTurn] = useState(0);
  const take = useCallback(
    (given: PerformanceRequestDetail) =>
      setRequest((now) => (now?.requestId === given.requestId && now.version > given.version ? now : given)),
    [],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: steps and turn are signs to read again
  useEffect(() => {
    if (!requestId) return setRequest(null);
    const stop = new AbortController();
    setState('reading');
    setRequest((now) => (now?.requestId === requestId ? now : null));
    void send<PerformanceRequestDetail>(requestPath(requestId), { method: 'GET', signal: stop.signal }).then(
      (answer) => {
        if (stop.signal.aborted) return;
        if (answer.ok) take(answer.data);
        setState(answer.ok ? 'current' : answer.failure.kind === 'refused' ? 'missing' : 'failed');
      },
    );
    return () => stop.abort();
  }, [requestId, steps, turn, take]);
  const isChosen = request?.requestId === requestId;
  return {
    state,
    request: isChosen ? request : null,
    take,
    retry: useCallback(() => setTurn((now) => now + 1), []),
  };
}
