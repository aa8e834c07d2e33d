import type { InboxFilter } from '@skelly/types/notification';
import { Skull } from '../art/skull';

const words: Record<InboxFilter, { readonly title: string; readonly line: string }> = {
  all: {
    title: 'Nothing yet',
    line: 'What happens to you shows up here the moment it happens. No need to reload.',
  },
  unread: { title: 'Nothing new', line: 'You have read all there is. What comes next shows up here by itself.' },
  archived: {
    title: 'The archive is empty',
    line: 'Archive what you are done with: it leaves the list and is kept here.',
  },
};

/** A part of the inbox that has nothing. */
export function EmptyInbox({ filter = 'all' }: { readonly filter?: InboxFilter }) {
  const { title, line } = words[filter];
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <Skull mood="asleep" className="size-14" />
      <p className="mt-4 font-medium">{title}</p>
      <p className="mt-1 max-w-70 text-ink-2 text-small">{line}</p>
    </div>
  );
}
