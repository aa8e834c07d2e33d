'use client';

import { isOperator } from '@skelly/types/role';
import clsx from 'clsx';
import { Bell as BellIcon, House, type IconNode, Ticket, Users, Wallet } from 'lucide';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { ConnectionDot } from '../live/connection';
import { useSession } from '../live/session-provider';
import { UnreadBadge } from '../notifications/bell';
import { StatusBanner } from '../status/banner';
import { Icon } from '../ui/icon';
import { Wordmark } from '../ui/mark';
import { SkipLink } from '../ui/skip-link';
import { UserMenu } from './user-menu';

/** A place of the member app. */
interface Place {
  readonly href: string;
  readonly label: string;
  readonly icon: IconNode;
  /** Its name where there is little room. @defaultValue the label */
  readonly tab?: string;
  /** A phone has room for five tabs, so there it stands in the account's menu. */
  readonly isInMenu?: true;
}

const places: readonly Place[] = [
  { href: '/home', label: 'Home', icon: House },
  { href: '/requests', label: 'Requests', icon: Ticket },
  { href: '/wallet', label: 'Wallet', icon: Wallet },
  { href: '/guild', label: 'Guild', icon: Users, isInMenu: true },
  { href: '/notifications', label: 'Notifications', tab: 'Inbox', icon: BellIcon },
];
const tabs = places.filter(({ isInMenu }) => !isInMenu);

/** What a link to a place says of the page that is open: it is the place itself, or one below it. */
function currentAt(path: string, href: string): 'page' | 'true' | undefined {
  if (path === href) return 'page';
  return path.startsWith(`${href}/`) ? 'true' : undefined;
}

/** The frame of the member app: a side bar on wide screens, a top line and bottom tabs on a phone. */
export function MemberShell({ children }: { readonly children: ReactNode }) {
  const { connection } = useSession();
  return (
    <div className="min-h-dvh md:grid md:grid-cols-[216px_1fr]">
      <SkipLink />
      <aside className="sticky top-0 h-dvh flex-col border-line border-r px-3 py-5 max-md:hidden md:flex">
        <Link href="/home" className="mb-5 ml-2.5 rounded-sm">
          <Wordmark />
        </Link>
        <SideNav />
        <ConnectionDot connection={connection} className="mt-auto ml-2.5" />
      </aside>
      <div className="min-w-0">
        <div className="flex h-14 items-center justify-between border-line border-b px-4 md:hidden">
          <Link href="/home" className="rounded-sm py-2">
            <Wordmark />
          </Link>
          <ConnectionDot connection={connection} />
        </div>
        <StatusBanner edge="px-9" />
        <main id="content" className="mx-auto max-w-270 px-9 py-6 max-md:px-4 max-md:pb-24">
          {children}
        </main>
      </div>
      <BottomTabs />
    </div>
  );
}

function SideNav() {
  const path = usePathname();
  const { user, inbox } = useSession();
  const item =
    'flex h-9 items-center justify-between rounded-md px-2.5 text-ink-2 transition-colors hover:bg-sunk/60 hover:text-ink aria-[current]:bg-sunk aria-[current]:text-ink';
  return (
    <nav aria-label="Main" className="flex flex-col gap-0.5">
      {places.map(({ href, label }) => (
        <Link key={href} href={href} aria-current={currentAt(path, href)} className={item}>
          {label}
          {href === '/notifications' && inbox.unread > 0 ? (
            <span className="tabular text-fine text-ink-2">{inbox.unread}</span>
          ) : null}
        </Link>
      ))}
      {isOperator(user.role) ? (
        <Link href="/ops" className={item}>
          Operations
        </Link>
      ) : null}
    </nav>
  );
}

function BottomTabs() {
  const path = usePathname();
  const { inbox } = useSession();
  const tab =
    'relative flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-fine text-ink-2 aria-[current]:text-ink -outline-offset-2';
  return (
    <nav
      aria-label="Tabs"
      className="fixed inset-x-0 bottom-0 z-30 flex border-line border-t bg-paper pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {tabs.map(({ href, label, tab: name = label, icon }) => (
        <Link
          key={href}
          href={href}
          aria-current={currentAt(path, href)}
          className={clsx(tab, currentAt(path, href) && 'font-medium')}
        >
          <span className="relative">
            <Icon of={icon} className="size-5" />
            {href === '/notifications' ? <UnreadBadge count={inbox.unread} className="-top-2 absolute left-3" /> : null}
          </span>
          {name}
        </Link>
      ))}
      <UserMenu tabClass={tab} />
    </nav>
  );
}
