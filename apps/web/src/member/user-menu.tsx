'use client';

import { CircleUser, LogOut, Moon, SquareActivity, Sun } from 'lucide-react';
import Link from 'next/link';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { useSession } from '../live/session-provider';
import { chooseTheme, currentTheme, type Theme } from '../ui/theme';
import { Avatar } from './avatar';
import { mayOperate } from './roles';
import { useSignOut } from './use-sign-out';

interface UserMenuProps {
  /** In a header it is an avatar; among the tabs of a phone it is one of them. */
  readonly place: 'header' | 'tab';
  readonly className?: string;
}

const item =
  'flex h-9 cursor-default select-none items-center gap-2.5 rounded-sm px-2.5 outline-none data-highlighted:bg-sunk max-md:h-11';

/** Who is signed in, the theme, and the way out. */
export function UserMenu({ place, className }: UserMenuProps) {
  const { user } = useSession();
  const { signOut, failed } = useSignOut();
  const [theme, setTheme] = useState<Theme>('light');
  const other: Theme = theme === 'light' ? 'dark' : 'light';
  return (
    <DropdownMenu.Root
      modal={false}
      onOpenChange={(open) => {
        if (open) setTheme(currentTheme());
      }}
    >
      <DropdownMenu.Trigger aria-label={place === 'header' ? `Account of ${user.displayName}` : undefined} className={className ?? 'rounded-full'}>
        {place === 'header' ? (
          <Avatar name={user.displayName} />
        ) : (
          <>
            <CircleUser aria-hidden="true" className="size-5" />
            Account
          </>
        )}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={8}
          collisionPadding={12}
          className="z-40 w-60 rounded-lg border border-line bg-paper p-1.5 shadow-lift data-[state=open]:animate-pop"
        >
          <div className="px-2.5 pt-1.5 pb-2.5">
            <p className="truncate font-semibold">{user.displayName}</p>
            <p className="truncate text-ink-2 text-small">{user.email}</p>
          </div>
          <DropdownMenu.Separator className="-mx-1.5 mb-1.5 h-px bg-line" />
          {mayOperate(user.role) ? (
            <DropdownMenu.Item asChild className={item}>
              <Link href="/ops">
                <SquareActivity aria-hidden="true" className="size-4 text-ink-2" />
                Operations
              </Link>
            </DropdownMenu.Item>
          ) : null}
          <DropdownMenu.Item
            className={item}
            onSelect={(event) => {
              event.preventDefault();
              chooseTheme(other);
              setTheme(other);
            }}
          >
            {other === 'dark' ? <Moon aria-hidden="true" className="size-4 text-ink-2" /> : <Sun aria-hidden="true" className="size-4 text-ink-2" />}
            {other === 'dark' ? 'Dark theme' : 'Light theme'}
          </DropdownMenu.Item>
          <DropdownMenu.Item
            className={item}
            onSelect={(event) => {
              event.preventDefault();
              void signOut();
            }}
          >
            <LogOut aria-hidden="true" className="size-4 text-ink-2" />
            Sign out
          </DropdownMenu.Item>
          {failed ? (
            <p role="alert" className="px-2.5 pt-1 pb-1.5 text-ember-ink text-small">
              You are still signed in: Skelly could not be reached. Try again.
            </p>
          ) : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
