'use client';

import { UserMenu } from '../member/user-menu';
import { Bell } from '../notifications/bell';
import { ButtonLink } from '../ui/button-link';

/** What a signed-in member sees at the head of the front page. */
export function MemberActions() {
  return (
    <nav aria-label="Account" className="flex items-center gap-3">
      <ButtonLink look="secondary" href="/home" className="max-sm:hidden">
        Home
      </ButtonLink>
      <Bell />
      <UserMenu />
    </nav>
  );
}
