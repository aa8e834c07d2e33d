'use client';

import clsx from 'clsx';
import Link from 'next/link';
import { usePathname } from 'next/navigation';

const places = [
  { href: '/ops', name: 'Events' },
  { href: '/ops/disputes', name: 'Disputes' },
  { href: '/ops/ledger', name: 'Ledger' },
  { href: '/ops/settings', name: 'Settings' },
];

/** The name of the page of operations that is shown. */
export function useOpsPlace(): string {
  const path = usePathname();
  return places.find(({ href }) => href === path)?.name ?? 'Operations';
}

/** The pages of operations. */
export function OpsNav() {
  const path = usePathname();
  return (
    <nav aria-label="Operations" className="flex items-center gap-4 max-sm:order-last max-sm:w-full">
      {places.map(({ href, name }) => (
        <Link
          key={href}
          href={href}
          aria-current={href === path ? 'page' : undefined}
          className={clsx(
            'flex items-center rounded-sm py-1 max-md:min-h-11',
            href === path ? 'font-medium' : 'text-ink-2 hover:text-ink',
          )}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
