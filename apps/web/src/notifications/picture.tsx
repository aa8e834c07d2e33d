import type { Notification } from '@skelly/types/notification';
import clsx from 'clsx';
import { Item, type ItemName } from '../art/items';
import { Skull } from '../art/skull';

const items: Partial<Record<Notification['category'], ItemName>> = {};

/** The picture of a notification, by what it is about. */
export function NotificationPicture({
  category,
  className,
}: {
  readonly category: Notification['category'];
  readonly className?: string;
}) {
  const item = items[category];
  return (
    <span className={clsx('grid size-9 shrink-0 place-items-center rounded-md bg-sunk', className)}>
      {item ? <Item name={item} className="size-6" /> : <Skull className="size-6" />}
    </span>
  );
}
