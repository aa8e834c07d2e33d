import type { Notification } from '@skelly/types/notification';
import clsx from 'clsx';
import { ShieldAlert, UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { Skull } from '../art/skull';

/** A category without a picture does not compile. */
const pictures: Record<Notification['category'], ReactNode> = {
  welcome: <Skull className="size-6" />,
  account: <UserRound aria-hidden="true" className="size-[18px]" />,
  security: <ShieldAlert aria-hidden="true" className="size-[18px]" />,
};

interface NotificationPictureProps {
  readonly category: Notification['category'];
  readonly className?: string;
}

/** The picture of a notification, by what it is about. */
export function NotificationPicture({ category, className }: NotificationPictureProps) {
  return (
    <span className={clsx('grid size-9 shrink-0 place-items-center rounded-md bg-sunk', className)}>
      {pictures[category]}
    </span>
  );
}
