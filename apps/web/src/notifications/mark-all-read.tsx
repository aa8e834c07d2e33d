'use client';

import { useState } from 'react';
import { useInboxCommands, useSession } from '../live/session-provider';

/**
 * Marks the whole inbox as read: shown at once, put back with a word when it was refused. The button stays while it
 * has the focus, so that whoever pressed it by keyboard is not thrown to the top of the page.
 */
export function MarkAllRead() {
  const { inbox } = useSession();
  const { markAllRead } = useInboxCommands();
  const [failed, setFailed] = useState(false);
  const [focused, setFocused] = useState(false);
  const done = inbox.unread === 0 && !failed;
  if (done && !focused) return null;
  const mark = async () => {
    if (done) return;
    setFailed(false);
    setFailed(!(await markAllRead()));
  };
  return (
    <span className="flex items-center gap-3 text-small">
      {failed ? (
        <span role="alert" className="text-ember-ink">
          Not marked.
        </span>
      ) : null}
      <button
        type="button"
        aria-disabled={done || undefined}
        onClick={mark}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        className="rounded-sm py-1 text-ink-2 underline-offset-4 not-aria-disabled:hover:text-ink not-aria-disabled:hover:underline max-md:min-h-11"
      >
        {failed ? 'Try again' : done ? 'All read' : 'Mark all read'}
      </button>
    </span>
  );
}
