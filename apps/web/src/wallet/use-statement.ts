'use client';

import { useConnection } from '@skelly/client/react';
import type { StatementFilter, StatementResponse } from '@skelly/types/wallet';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../http/send';
import { isSameCurrency, statementPath } from './filter';
import { extendStatement, openStatement, refreshStatement, type Statement, showWaiting } from './statement';

export interface LiveStatement {
  /** null until the first page could be read, and when the lines of another filter could not be. Never of another currency. */
  readonly statement: Statement | null;
  /** `reading` while the lines of another filter are on their way; until then those before stay. */
  readonly state: 'current' | 'reading' | 'failed';
  /** Keeps the lines where they are while somebody reads them, or lets them flow again. */
  readonly hold: (held: boolean) => void;
  readonly showNew: () => void;
  /** Reads the newest page again. */
  readonly refresh: () => Promise<void>;
  readonly loadOlder: () => Promise<boolean>;
}

interface StatementOptions {
  readonly filter: StatementFilter;
  /** As the server read it; null when it could not. */
  readonly first: StatementResponse | null;
  /** The path with which `first` was read. */
  readonly readFor: string;
}

/** The lines of a filter, newest first. */
export function useStatement({ filter, first, readFor }: StatementOptions): LiveStatement {
  const path = statementPath(filter);
  const [statement, setStatement] = useState<Statement | null>(() => first && openStatement(first));
  const [state, setState] = useState<LiveStatement['state']>(first ? 'current' : 'failed');
  const shown = useRef(readFor);
  const wanted = useRef(readFor);
  const held = useRef(false);

  const refresh = useCallback(async () => {
    const asked = wanted.current;
    const page = await send<StatementResponse>(asked, { method: 'GET' });
    // Meanwhile another filter was chosen: these are not its lines.
    if (wanted.current !== asked) return;
    const isSame = shown.current === asked;
    if (!page.ok) {
      if (!isSame) setStatement(null);
      return setState('failed');
    }
    shown.current = asked;
    setStatement((now) => (now && isSame ? refreshStatement(now, page.data, held.current) : openStatement(page.data)));
    setState('current');
  }, []);

  // The page was read afresh on the server, as after a gap in the stream.
  const merged = useRef(first);
  useEffect(() => {
    if (merged.current === first || !first) return;
    merged.current = first;
    if (wanted.current !== readFor) return;
    const isSame = shown.current === readFor;
    shown.current = readFor;
    setStatement((now) => (now && isSame ? refreshStatement(now, first, held.current) : openStatement(first)));
    setState('current');
  }, [first, readFor]);

  useEffect(() => {
    if (wanted.current === path) return;
    wanted.current = path;
    if (!isSameCurrency(shown.current, path)) setStatement(null);
    setState('reading');
    void refresh();
  }, [path, refresh]);

  // What could not be read while the way was cut is read as soon as there is one again.
  const { status } = useConnection();
  const wasLive = useRef(true);
  useEffect(() => {
    if (status === 'live' && !wasLive.current && state === 'failed') void refresh();
    wasLive.current = status === 'live';
  }, [status, state, refresh]);

  const showNew = useCallback(() => setStatement((now) => now && showWaiting(now)), []);
  const hold = useCallback(
    (isHeld: boolean) => {
      held.current = isHeld;
      if (!isHeld) showNew();
    },
    [showNew],
  );
  const before = statement?.nextCursor ?? null;
  const loadOlder = useCallback(async () => {
    if (before === null) return true;
    const page = await send<StatementResponse>(statementPath(filter, before), { method: 'GET' });
    if (page.ok && shown.current === path) setStatement((now) => now && extendStatement(now, page.data));
    return page.ok;
  }, [before, filter, path]);

  return { statement, state, hold, showNew, refresh, loadOlder };
}
