'use client';

import { useSyncExternalStore } from 'react';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * A moment in a member's words: "Just now", "18 min", "3 h", "Yesterday", "12 May". Pure, so that it can be tested.
 *
 * @param at the moment, milliseconds since 1970
 * @param now the present, likewise
 */
export function relativeWords(at: number, now: number, locale = 'en'): string {
  const age = now - at;
  if (age < MINUTE) return 'Just now';
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min`;
  const days = Math.round((midnight(now) - midnight(at)) / (24 * HOUR));
  if (days === 0) return `${Math.floor(age / HOUR)} h`;
  if (days === 1) return 'Yesterday';
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year }).format(at);
}

function midnight(moment: number): number {
  return new Date(moment).setHours(0, 0, 0, 0);
}

/** One clock for all moments on a page: the time of the last half minute, and none while the server renders. */
const clock = {
  now: 0,
  listeners: new Set<() => void>(),
  timer: undefined as ReturnType<typeof setInterval> | undefined,
};

function watchClock(listener: () => void): () => void {
  clock.listeners.add(listener);
  clock.timer ??= setInterval(() => {
    clock.now = Date.now();
    for (const each of clock.listeners) each();
  }, MINUTE / 2);
  return () => {
    clock.listeners.delete(listener);
    if (clock.listeners.size > 0) return;
    clearInterval(clock.timer);
    clock.timer = undefined;
    clock.now = 0;
  };
}

function readClock(): number {
  clock.now ||= Date.now();
  return clock.now;
}

/** The time of the last half minute, milliseconds since 1970; null while the server renders, which does not know the member's zone. */
export function useNow(): number | null {
  return useSyncExternalStore(watchClock, readClock, () => null);
}

let exactly: Intl.DateTimeFormat | undefined;

/** Shows a moment relative to now, kept current each half minute, with the exact one on hover in the member's zone. */
export function RelativeTime({ at, className }: { readonly at: string; readonly className?: string }) {
  const moment = Date.parse(at);
  const now = useNow();
  // To make one costs more than the rest of a row.
  exactly ??= new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' });
  return (
    <time dateTime={at} title={now === null ? undefined : exactly.format(moment)} className={className}>
      {now === null ? '\u00a0' : relativeWords(moment, Math.max(now, moment))}
    </time>
  );
}
