'use client';

import { useEvent } from '@skelly/client/react';
import type { Announcement, SystemHealth, SystemStatusResponse } from '@skelly/types/system';
import { useEffect, useRef, useState } from 'react';

/** What the page knows of the system; null for nothing to say. */
export interface SystemStatus {
  readonly health: SystemHealth | null;
  readonly announcement: Announcement | null;
}

/** The state of the system, kept current by the channel `system`. @param read as the server read it for this page */
export function useSystemStatus(read: SystemStatusResponse | null): SystemStatus {
  const [status, setStatus] = useState<SystemStatus>({
    health: read?.health ?? null,
    announcement: read?.announcement ?? null,
  });
  const merged = useRef(read);
  useEffect(() => {
    if (merged.current === read || !read) return;
    merged.current = read;
    setStatus(({ health }) => ({ health: newer(health, read.health), announcement: read.announcement }));
  }, [read]);

  useEvent('system:health.changed', ({ data }) => setStatus((now) => ({ ...now, health: newer(now.health, data) })));
  useEvent('system:announcement.published', ({ data }) => setStatus((now) => ({ ...now, announcement: data })));
  useEvent('system:announcement.withdrawn', ({ data }) =>
    setStatus((now) =>
      now.announcement?.announcementId === data.announcementId ? { ...now, announcement: null } : now,
    ),
  );

  const { announcement } = status;
  useEffect(() => {
    if (!announcement?.until) return;
    // Longer than a browser's timers can wait is looked at again by the next page.
    const left = Math.min(Date.parse(announcement.until) - Date.now(), LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      setStatus((now) =>
        now.announcement === announcement && left < LONGEST_TIMER_MS ? { ...now, announcement: null } : now,
      );
    }, left);
    return () => clearTimeout(timer);
  }, [announcement]);
  return status;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The one with the higher version; of the same version the later one, as a page read by the server says more than its event. */
function newer(known: SystemHealth | null, given: SystemHealth): SystemHealth {
  return known && known.version > given.version ? known : given;
}
