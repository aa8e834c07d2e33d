'use client';

import type { InboxFilter } from '@skelly/types/notification';
import { Settings } from 'lucide';
import { useCallback, useEffect, useState } from 'react';
import { partOf } from '../live/inbox';
import { useInboxCommands, useSession } from '../live/session-provider';
import { RowsSkeleton } from '../member/home-skeleton';
import { PageHeader } from '../member/page-header';
import { Button } from '../ui/button';
import { ButtonLink } from '../ui/button-link';
import { Card } from '../ui/card';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/notice';
import { LoadingWord } from '../ui/skeleton';
import { useAddress } from '../ui/use-address';
import { FilterTabs, filterOf } from './filter-tabs';
import { InboxRows } from './inbox-rows';
import { MarkAllRead } from './mark-all-read';

const titles: Record<InboxFilter, string> = { all: 'Latest first', unread: 'Not read yet', archived: 'Done with' };

/** The whole inbox: each of its parts, page by page. */
export function NotificationsList() {
  const { inbox } = useSession();
  const { get, set } = useAddress();
  const filter = filterOf(get('show'));
  return (
    <>
      <PageHeader
        title="Notifications"
        line={inbox.unread === 0 ? 'You are all caught up' : <span className="tabular">{inbox.unread} new</span>}
      />
      <div className="mb-3 flex items-center justify-between gap-3">
        <FilterTabs chosen={filter} onChoose={(next) => set('show', next === 'all' ? '' : next)} />
        <ButtonLink look="quiet" href="/settings/notifications" className="max-sm:w-11 max-sm:px-0">
          <Icon of={Settings} className="size-4" />
          <span className="max-sm:sr-only">Settings</span>
        </ButtonLink>
      </div>
      <Card title={titles[filter]} {...(filter === 'archived' ? {} : { aside: <MarkAllRead /> })}>
        <Part key={filter} filter={filter} />
      </Card>
    </>
  );
}

function Part({ filter }: { readonly filter: InboxFilter }) {
  const { inbox } = useSession();
  const { load } = useInboxCommands();
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  const part = partOf(inbox, filter);
  const isLoaded = part !== null;
  const more = useCallback(async () => {
    setState('loading');
    setState((await load(filter)) === null ? 'idle' : 'failed');
  }, [load, filter]);
  useEffect(() => {
    if (!isLoaded) void more();
  }, [isLoaded, more]);

  if (part === null && state !== 'failed')
    return (
      <div className="mt-1">
        <LoadingWord what="notifications" />
        <RowsSkeleton rows={3} lines={1} />
      </div>
    );
  return (
    <>
      {part ? <InboxRows filter={filter} items={part.items} /> : null}
      {part === null || part.nextCursor !== null ? (
        <div className="grid justify-items-center gap-3 border-line border-t px-5 py-4">
          {state === 'failed' ? (
            <Notice tone="held" role="alert" title="Notifications could not be loaded">
              Nothing is lost. Try again in a moment.
            </Notice>
          ) : null}
          {/* By hand: the list never moves under the reader. */}
          <Button look="secondary" pending={state === 'loading'} onClick={() => state !== 'loading' && more()}>
            {state === 'failed' ? 'Try again' : 'Show older'}
          </Button>
        </div>
      ) : null}
    </>
  );
}
