'use client';

import { useEffect, useState } from 'react';
import { greetingAt, ZONE_COOKIE } from './greeting';

/** The greeting by the browser's clock; `first` is the server's guess, which the first paint shows. */
export function useGreeting(first: string): string {
  const [greeting, setGreeting] = useState(first);
  useEffect(() => {
    setGreeting(greetingAt(new Date().getHours()));
    const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
    document.cookie = `${ZONE_COOKIE}=${zone}; path=/; max-age=31536000; samesite=lax`;
  }, []);
  return greeting;
}
