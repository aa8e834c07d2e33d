'use client';

import { useEvent } from '@skelly/client/react';
import type { ChangeSettingsBody, ChangeSettingsResponse, OpsSettingsResponse } from '@skelly/types/setting';
import { useCallback, useEffect, useState } from 'react';
import { type Failure, send } from '../../http/send';
import { useSendOnce } from '../../live/use-send-once';

const PATH = '/api/ops/settings';

interface Settings extends OpsSettingsResponse {
  /** Whether what is shown could not be read again. */
  readonly stale: boolean;
  /** Changes one setting, unless somebody has changed settings since the version given. @returns why it was not done; null when it was */
  readonly change: (change: AskedChange) => Promise<Failure | null>;
  readonly retry: () => void;
}

/** One change, and the version of settings that it is meant for: what its author was shown, which may be older than what has been read since. */
export type AskedChange = ChangeSettingsBody['changes'][number] &
  Pick<ChangeSettingsBody, 'reason'> & { readonly version: number };

/** The settings, read again whenever anybody changes one. @param read as the server read them for this page, perhaps some time ago */
export function useSettings(read: OpsSettingsResponse): Settings {
  const [shown, setShown] = useState(read);
  const [stale, setStale] = useState(false);
  const [turn, setTurn] = useState(0);
  const again = useCallback(() => setTurn((now) => now + 1), []);
  useEvent('system:setting.changed', again);

  // The page was read afresh on the server, as after a gap in the stream, or comes back as it once was: which of them is not told.
  useEffect(() => {
    setShown((now) => (read.version > now.version ? read : now));
    again();
  }, [read, again]);

  useEffect(() => {
    if (turn === 0) return;
    const stop = new AbortController();
    void send<OpsSettingsResponse>(PATH, { method: 'GET', signal: stop.signal }).then((answer) => {
      if (stop.signal.aborted) return;
      setStale(!answer.ok);
      if (answer.ok) setShown(answer.data);
    });
    return () => stop.abort();
  }, [turn]);

  const sendOnce = useSendOnce();
  const change: Settings['change'] = useCallback(
    async ({ reason, version, ...one }) => {
      const body: ChangeSettingsBody = { changes: [one], version, ...(reason ? { reason } : {}) };
      const answer = await sendOnce<ChangeSettingsResponse>(PATH, body);
      // Also when it was refused: somebody may have been faster.
      again();
      return answer.ok ? null : answer.failure;
    },
    [again, sendOnce],
  );
  return { ...shown, stale, change, retry: again };
}
