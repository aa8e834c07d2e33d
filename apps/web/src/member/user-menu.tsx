'use client';

import { CircleUser } from 'lucide';
import { useSession } from '../live/session-provider';
import { Flyout } from '../ui/flyout';
import { Icon } from '../ui/icon';
import { Avatar } from './avatar';

interface UserMenuProps {
  /** In a header it is an avatar; among the tabs of a phone it is one of them, with the looks of a tab. */
  readonly tabClass?: string;
}

const loadPanel = () => import('./account-panel').then(({ AccountPanel }) => AccountPanel);

/** Who is signed in, the theme, and the way out. */
export function UserMenu({ tabClass }: UserMenuProps) {
  const { user } = useSession();
  return (
    <Flyout
      label="Account"
      buttonLabel={tabClass ? undefined : `Account of ${user.displayName}`}
      button={
        tabClass ? (
          <>
            <Icon of={CircleUser} className="size-5" />
            Account
          </>
        ) : (
          <Avatar name={user.displayName} />
        )
      }
      buttonClass={tabClass ?? 'rounded-full'}
      panelClass="md:w-60"
      load={loadPanel}
    />
  );
}
