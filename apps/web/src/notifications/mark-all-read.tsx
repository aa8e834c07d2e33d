'use client';

import { useState } from 'react';
import { useSession } from '../live/session-provider';

/** Marks the whole inbox as read: shown at once, put back with a word when it was not done. */
export function MarkAllRead() {
  const { inbox, markAllRead } = useSession();
  const [failed, setFailed] = useState(false);
  if (inbox.unread === 0 && !failed) return null;
  return (
    <span className="flex items-center gap-3 text-small">
      {failed ? (
        <span role="alert" className="text-ember-ink">
          Not marked.
        </span>
      ) : null}
      <button
        type="button"
        onClick={async () => {
          setFailed(false);
          setFailed((await markAllRead()) !== null);
        }}
        className="rounded-sm py-1 text-ink-2 underline-offset-4 hover:text-ink hover:underline max-md:min-h-11"
      >
        {failed ? 'Try again' : 'Mark all read'}
      </button>
    </span>
  );
}
