'use client';

import { useState } from 'react';
import { useSession } from '../live/session-provider';
import { PageHeader } from '../member/page-header';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Notice } from '../ui/notice';
import { EmptyInbox } from './empty-inbox';
import { MarkAllRead } from './mark-all-read';
import { NotificationRow } from './notification-row';

/** The whole inbox, page by page. */
export function NotificationsList() {
  const { inbox } = useSession();
  return (
    <>
      <PageHeader
        title="Notifications"
        line={inbox.unread === 0 ? 'You are all caught up' : <span className="tabular">{inbox.unread} new</span>}
      />
      <Card title="Latest first" aside={<MarkAllRead />}>
        {inbox.items.length === 0 ? (
          <EmptyInbox />
        ) : (
          <ul className="mt-1" aria-label="Notifications">
            {inbox.items.map((item) => (
              <NotificationRow key={item.id} item={item} />
            ))}
          </ul>
        )}
      </Card>
      <Older />
    </>
  );
}

/** Loads what is older, by hand: the list never moves under the reader. */
function Older() {
  const { inbox, loadOlder } = useSession();
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  if (inbox.nextCursor === null) return null;
  const load = async () => {
    if (state === 'loading') return;
    setState('loading');
    setState((await loadOlder()) === null ? 'idle' : 'failed');
  };
  return (
    <div className="mt-4.5 grid justify-items-center gap-3">
      {state === 'failed' ? (
        <Notice tone="held" role="alert" title="Older notifications could not be loaded">
          Nothing is lost. Try again in a moment.
        </Notice>
      ) : null}
      <Button look="secondary" pending={state === 'loading'} onClick={load}>
        {state === 'failed' ? 'Try again' : 'Show older'}
      </Button>
    </div>
  );
}
