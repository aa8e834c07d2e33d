'use client';

import { useEffect, useState } from 'react';
import { useHydrated } from './use-hydrated';

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

/** Shows a moment relative to now, kept current each half minute, with the exact one on hover in the member's zone. */
export function RelativeTime({ at, className }: { readonly at: string; readonly className?: string }) {
  const moment = Date.parse(at);
  const hydrated = useHydrated();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), MINUTE / 2);
    return () => clearInterval(timer);
  }, []);
  const exact = hydrated
    ? new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' }).format(moment)
    : undefined;
  return (
    <time dateTime={at} title={exact} className={className}>
      {hydrated ? relativeWords(moment, Math.max(now, moment)) : '\u00a0'}
    </time>
  );
}
