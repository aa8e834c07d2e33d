'use client';

import type { ReactNode } from 'react';
import { Bell } from '../notifications/bell';
import { UserMenu } from './user-menu';

interface PageHeaderProps {
  readonly title: ReactNode;
  readonly line?: ReactNode;
}

/** The head of a member page: its title, one line, and on wide screens the bell and the account. */
export function PageHeader({ title, line }: PageHeaderProps) {
  return (
    <header className="mb-6 flex min-h-14 items-start justify-between gap-4">
      <div className="min-w-0">
        <h1 className="break-words font-semibold font-title text-title tracking-tight">{title}</h1>
        {line ? <p className="mt-0.5 text-ink-2">{line}</p> : null}
      </div>
      <div className="flex shrink-0 items-center gap-3 pt-2.5 max-md:hidden">
        <Bell />
        <UserMenu />
      </div>
    </header>
  );
}
