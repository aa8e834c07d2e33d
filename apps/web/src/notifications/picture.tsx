import type { Notification } from '@skelly/types/notification';
import clsx from 'clsx';
import { Bell, ShieldAlert, Ticket, UserRound } from 'lucide';
import type { ReactNode } from 'react';
import { Skull } from '../art/skull';
import { Icon } from '../ui/icon';

/** A category without a picture does not compile. */
const pictures: Record<Notification['category'], ReactNode> = {
  welcome: <Skull className="size-6" />,
  account: <Icon of={UserRound} className="size-[18px]" />,
  security: <Icon of={ShieldAlert} className="size-[18px]" />,
  requests: <Icon of={Ticket} className="size-[18px]" />,
};

interface NotificationPictureProps {
  readonly category: Notification['category'];
  readonly className?: string;
}

/** The picture of a notification, by what it is about. */
export function NotificationPicture({ category, className }: NotificationPictureProps) {
  return (
    <span className={clsx('grid size-9 shrink-0 place-items-center rounded-md bg-sunk', className)}>
      {/* A newer server may have categories that this page does not know. */}
      {pictures[category] ?? <Icon of={Bell} className="size-[18px]" />}
    </span>
  );
}
