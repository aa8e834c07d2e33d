import { Skull } from '../art/skull';
import { ButtonLink } from '../ui/button-link';
import type { Part } from './requests-state';

const words: Record<Part['side'], Record<Part['state'], { readonly title: string; readonly line: string }>> = {
  fan: {
    open: {
      title: 'No requests yet',
      line: 'Ask a creator for a song, a portrait, a match. Your points are held until it is done, and come back if it is not.',
    },
    ended: { title: 'Nothing has ended yet', line: 'What was paid, declined or returned is kept here.' },
  },
  creator: {
    open: {
      title: 'Nobody has asked yet',
      line: 'A request for you shows up here the moment it is made, with its points held for you.',
    },
    ended: { title: 'Nothing has ended yet', line: 'What you were paid for, and what you declined, is kept here.' },
  },
};

/** A part of the requests that has nothing. */
export function EmptyRequests({ part }: { readonly part: Part }) {
  const { title, line } = words[part.side][part.state];
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <Skull mood="asleep" className="size-14" />
      <p className="mt-4 font-medium">{title}</p>
      <p className="mt-1 max-w-80 text-ink-2 text-small">{line}</p>
      {part.side === 'fan' ? (
        <ButtonLink href="/creators" data-first-step="" className="mt-5">
          Find a creator
        </ButtonLink>
      ) : null}
    </div>
  );
}
