'use client';

import { useEvent } from '@skelly/client/react';
import type { PerformanceRequestDetail, RequestsResponse } from '@skelly/types/marketplace';
import { useCallback, useEffect, useRef, useState } from 'react';
import { send } from '../http/send';
import { useSession } from '../live/session-provider';
import { requestPath, requestsPath } from './paths';
import {
  extendRequests,
  moveInList,
  openRequests,
  type Part,
  putInList,
  type RequestList,
  refreshRequests,
} from './requests-state';
import { useReading } from './use-reading';

interface LiveRequests {
  /** Null until the first page is there. */
  readonly list: RequestList | null;
  /** The first page could not be read. */
  readonly hasFailed: boolean;
  readonly retry: () => void;
  /** Loads the page after the oldest; false when that did not work. */
  readonly more: () => Promise<boolean>;
}

/** A part of the member's requests, kept true by the member's stream. @param read as the server read it for this page; null: not of this part */
export function useRequests(part: Part, read: RequestsResponse | null): LiveRequests {
  const { user } = useSession();
  const [list, setList] = useState(() => (read ? openRequests(read) : null));
  const [hasFailed, setHasFailed] = useState(false);
  const { side, state } = part;

  const latest = useRef(list);
  useEffect(() => {
    latest.current = list;
  });
  const take = useCallback((page: RequestsResponse, asked: RequestList | null) => {
    setHasFailed(false);
    setList((now) => (now ? refreshRequests(now, page, asked) : openRequests(page)));
  }, []);
  const retry = useReading(
    useCallback(async () => {
      const asked = latest.current;
      const page = await send<RequestsResponse>(requestsPath({ side, state }), { method: 'GET' });
      if (page.ok) take(page.data, asked);
      else setHasFailed(true);
      return page.ok;
    }, [side, state, take]),
  );

  const merged = useRef(read);
  useEffect(() => {
    if (merged.current === read || !read) return;
    const before = merged.current;
    merged.current = read;
    // When the server read it is not known, so nothing that has joined is taken away by it: what is read now says.
    take(read, before && openRequests(before));
    retry();
  }, [read, take, retry]);

  useEvent('marketplace:request.moved', ({ data }) => {
    // The page that is on its way may be from before.
    if (!latest.current) return retry();
    setList((now) => now && moveInList(now, data));
    // The rest of it: its title when it is new, and when it moves on by itself.
    void send<PerformanceRequestDetail>(requestPath(data.requestId), { method: 'GET' }).then((answer) => {
      if (!answer.ok) return retry();
      setList((now) => now && putInList(now, answer.data, { side, state }, user.id));
    });
  });

  const nextCursor = list?.nextCursor ?? null;
  const more = useCallback(async () => {
    if (nextCursor === null) return true;
    const page = await send<RequestsResponse>(requestsPath({ side, state }, nextCursor), { method: 'GET' });
    if (page.ok) setList((now) => now && extendRequests(now, page.data));
    return page.ok;
  }, [side, state, nextCursor]);

  return { list, hasFailed: hasFailed && list === null, retry, more };
}
