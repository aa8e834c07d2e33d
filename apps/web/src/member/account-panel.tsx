'use client';

import { isOperator } from '@skelly/types/role';
import clsx from 'clsx';
import { LogOut, Moon, Settings, SquareActivity, Sun, Users } from 'lucide';
import Link from 'next/link';
import { useState } from 'react';
import { useSession } from '../live/session-provider';
import type { FlyoutPanelProps } from '../ui/flyout';
import { Icon } from '../ui/icon';
import { chooseTheme, currentTheme } from '../ui/theme';
import { useSignOut } from './use-sign-out';

const item =
  'flex h-9 w-full items-center gap-2.5 rounded-sm px-2.5 text-left -outline-offset-2 hover:bg-sunk max-md:h-12';

/** Who is signed in, the theme, and the way out. */
export function AccountPanel({ close }: FlyoutPanelProps) {
  const { user } = useSession();
  return (
    <>
      <div className="border-line border-b px-4 py-3">
        <p className="truncate font-semibold">{user.displayName}</p>
        <p className="truncate text-ink-2 text-small">{user.email}</p>
      </div>
      <div className="p-1.5">
        <Link href="/guild" onClick={close} className={clsx(item, 'md:hidden')}>
          <Icon of={Users} className="size-4 text-ink-2" />
          Guild
        </Link>
        {isOperator(user.role) ? (
          <Link href="/ops" onClick={close} className={item}>
            <Icon of={SquareActivity} className="size-4 text-ink-2" />
            Operations
          </Link>
        ) : null}
        <Link href="/settings/notifications" onClick={close} className={item}>
          <Icon of={Settings} className="size-4 text-ink-2" />
          Notification settings
        </Link>
        <ThemeItem />
        <SignOutItem />
      </div>
    </>
  );
}

function ThemeItem() {
  const [theme, setTheme] = useState(currentTheme);
  const other = theme === 'light' ? 'dark' : 'light';
  const icon = other === 'dark' ? Moon : Sun;
  return (
    <button
      type="button"
      className={item}
      onClick={() => {
        chooseTheme(other);
        setTheme(other);
      }}
    >
      <Icon of={icon} className="size-4 text-ink-2" />
      {other === 'dark' ? 'Dark theme' : 'Light theme'}
    </button>
  );
}

function SignOutItem() {
  const { signOut, state } = useSignOut();
  return (
    <>
      <button type="button" aria-disabled={state === 'pending' || undefined} className={item} onClick={signOut}>
        <Icon of={LogOut} className="size-4 text-ink-2" />
        {state === 'pending' ? 'Signing out…' : 'Sign out'}
      </button>
      {state === 'failed' ? (
        <p role="alert" className="px-2.5 pt-1 pb-1.5 text-ember-ink text-small">
          You are still signed in: Skelly could not be reached. Try again.
        </p>
      ) : null}
    </>
  );
}
