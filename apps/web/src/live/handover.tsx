'use client';

import { forgetCommands } from '@skelly/client/commands';
import type { ChannelPosition } from '@skelly/types/live';
import { useRouter } from 'next/navigation';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from 'react';
import { openTabs, type Tabs } from './tabs';

interface Handover {
  /** A member's session began in this tab; `stream` is where it began, so that what came of it meanwhile is not missed. */
  readonly begin: (userId: string, stream: ChannelPosition | null) => void;
  /** The session of this tab ended. */
  readonly end: () => void;
  /** Where to follow the member's stream from, if a session just began; the page's own state reaches back less far. */
  readonly startOf: (channel: string) => ChannelPosition | null;
}

/** Milliseconds. A page that shows up later than this after the beginning starts from its own state. */
const FRESH_MS = 60_000;

const HandoverContext = createContext<Handover | null>(null);

/**
 * Carries the beginning of a session from the form that opened it to the page that shows it, and to the other tabs.
 * Pages read their state when they are rendered; between registering and that moment the welcome may already have come.
 */
export function HandoverProvider({ children }: { readonly children: ReactNode }) {
  const router = useRouter();
  const start = useRef<{ readonly stream: ChannelPosition; readonly at: number } | null>(null);

  const tabs = useRef<Tabs | null>(null);
  useEffect(() => {
    const opened = openTabs((news) => {
      start.current = news.kind === 'signed-in' && news.stream ? { stream: news.stream, at: Date.now() } : null;
      router.refresh();
    });
    tabs.current = opened;
    return () => opened.close();
  }, [router]);

  const handover = useMemo<Handover>(
    () => ({
      begin: (userId, stream) => {
        start.current = stream && { stream, at: Date.now() };
        forgetCommands({ keep: userId });
        tabs.current?.tell({ kind: 'signed-in', userId, stream });
      },
      end: () => {
        start.current = null;
        forgetCommands();
        tabs.current?.tell({ kind: 'signed-out' });
      },
      startOf: (channel) => {
        const begun = start.current;
        return begun && begun.stream.channel === channel && Date.now() - begun.at < FRESH_MS ? begun.stream : null;
      },
    }),
    [],
  );
  return <HandoverContext value={handover}>{children}</HandoverContext>;
}

/** The handover of this tab. @throws Error outside of {@link HandoverProvider} */
export function useHandover(): Handover {
  const handover = useContext(HandoverContext);
  if (!handover) throw new Error('useHandover needs a HandoverProvider above it.');
  return handover;
}
