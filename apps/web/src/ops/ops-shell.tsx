'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { ConnectionDot } from '../live/connection';
import { useSession } from '../live/session-provider';
import { UserMenu } from '../member/user-menu';
import { Bell } from '../notifications/bell';
import { StatusBanner } from '../status/banner';
import { Mark } from '../ui/mark';
import { SkipLink } from '../ui/skip-link';
import { OpsNav, useOpsPlace } from './ops-nav';
import { useSettingToast } from './use-setting-toast';

/** The frame of operations: one line at the top, the whole rest for the work. */
export function OpsShell({ children }: { readonly children: ReactNode }) {
  const { connection } = useSession();
  const place = useOpsPlace();
  useSettingToast();
  return (
    <div className="flex h-dvh flex-col">
      <SkipLink />
      <header className="flex min-h-13 shrink-0 items-center gap-5 max-sm:flex-wrap max-sm:gap-y-0 max-sm:pt-2 max-md:min-h-15 border-line border-b bg-paper px-5.5 max-md:px-4">
        <Link href="/home" aria-label="Skelly ops, to your home" className="flex items-center gap-2.5 rounded-sm py-1">
          <Mark className="size-5" />
          <span className="font-semibold font-title text-lead tracking-tight max-sm:hidden">Skelly ops</span>
        </Link>
        <OpsNav />
        <div className="ml-auto flex items-center gap-3">
          <ConnectionDot
            connection={connection}
            className="rounded-full bg-sunk px-3 py-1 max-md:bg-transparent max-md:px-0"
          />
          <Bell />
          <UserMenu />
        </div>
      </header>
      <StatusBanner edge="px-5.5" />
      <main id="content" className="flex min-h-0 flex-1 flex-col">
        <h1 className="sr-only">{place}</h1>
        {children}
      </main>
    </div>
  );
}
