'use client';

import type { CreatorsResponse } from '@skelly/types/marketplace';
import clsx from 'clsx';
import { Search } from 'lucide';
import { type ComponentType, useEffect, useRef, useState } from 'react';
import { Skull } from '../art/skull';
import { useSession } from '../live/session-provider';
import { Avatar } from '../member/avatar';
import { PageHeader } from '../member/page-header';
import { Button } from '../ui/button';
import { Card } from '../ui/card';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/notice';
import { useAddress } from '../ui/use-address';
import { figure } from '../wallet/money';
import { cleanSearch } from './paths';
import type { RequestFormProps } from './request-form';
import { useCreators } from './use-creators';

type Creator = CreatorsResponse['items'][number];
type Form = ComponentType<RequestFormProps>;

const loadForm = () => import('./request-form').then(({ default: form }) => form);

interface CreatorsProps {
  readonly read: CreatorsResponse;
  readonly readFor: string;
}

/** Who performs, found by name, each with a way to ask them. */
export function Creators({ read, readFor }: CreatorsProps) {
  const { user } = useSession();
  const { get, set } = useAddress();
  const q = cleanSearch(get('q'));
  const { items, state, retry } = useCreators(q, read, readFor);
  const search = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<Creator | null>(null);
  const [Form, setForm] = useState<Form | null>(null);
  const [failedFor, setFailedFor] = useState('');

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key !== '/' || isTyping || event.metaKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  const ask = async (creator: Creator) => {
    setFailedFor('');
    try {
      const loaded = await loadForm();
      setForm(() => loaded);
      setChosen(creator);
    } catch {
      setFailedFor(creator.userId);
    }
  };
  return (
    <>
      <PageHeader title="Creators" line="Ask one of them for something only they can do" />
      <div className="relative mb-3 max-w-100">
        <Icon of={Search} className="pointer-events-none absolute top-3.5 left-3.5 size-4 text-ink-2" />
        <input
          ref={search}
          type="search"
          aria-label="Search creators by name"
          placeholder="Search by name"
          maxLength={60}
          defaultValue={q}
          onChange={(event) => set('q', event.target.value.trim())}
          className="h-11 w-full rounded-md border border-line bg-paper pr-3.5 pl-10 outline-offset-0 placeholder:text-ink-2 hover:border-ink-3/60"
        />
      </div>
      {state === 'failed' ? (
        <Notice tone="held" role="alert" title="Creators could not be read" className="mb-3">
          <button type="button" onClick={retry} className="font-medium text-ink underline underline-offset-4">
            Try again
          </button>
        </Notice>
      ) : null}
      <Card>
        {items.length === 0 ? (
          <NobodyFound q={q} />
        ) : (
          <ul
            aria-label="Creators"
            aria-busy={state === 'reading'}
            className={clsx('transition-opacity', state === 'reading' && 'opacity-60')}
          >
            {items.map((creator) => (
              <li
                key={creator.userId}
                data-creator={creator.displayName}
                className="flex min-h-[72px] flex-wrap items-center gap-x-3.5 gap-y-1 border-line border-t px-5 py-3.5 first:border-t-0 max-md:px-4"
              >
                <Avatar name={creator.displayName} />
                <span className="min-w-0 flex-1">
                  <span className="block font-medium [overflow-wrap:anywhere]">{creator.displayName}</span>
                  <span className="tabular block text-ink-2 text-small">{recordWords(creator.completed)}</span>
                </span>
                {creator.userId === user.id ? (
                  <span className="text-ink-2 text-small">This is you</span>
                ) : (
                  <Button
                    look="secondary"
                    aria-haspopup="dialog"
                    aria-label={`Request something of ${creator.displayName}`}
                    onPointerEnter={() => void loadForm().catch(() => null)}
                    onClick={() => ask(creator)}
                  >
                    Request
                  </Button>
                )}
                {failedFor === creator.userId ? (
                  <span role="alert" className="w-full text-ember-ink text-small">
                    That could not be opened. Try again when you are back online.
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Card>
      {chosen && Form ? <Form key={chosen.userId} creator={chosen} onClosed={() => setChosen(null)} /> : null}
    </>
  );
}

function recordWords(completed: number): string {
  if (completed === 0) return 'New here';
  return completed === 1 ? '1 request completed' : `${figure(completed)} requests completed`;
}

function NobodyFound({ q }: { readonly q: string }) {
  return (
    <div className="flex flex-col items-center px-6 py-12 text-center">
      <Skull mood={q ? 'puzzled' : 'asleep'} className="size-14" />
      <p className="mt-4 font-medium [overflow-wrap:anywhere]">
        {q ? `Nobody called “${q}” performs` : 'No creators yet'}
      </p>
      <p className="mt-1 max-w-80 text-ink-2 text-small">
        {q ? 'Try the beginning of a name.' : 'Whoever performs on Skelly shows up here.'}
      </p>
    </div>
  );
}
