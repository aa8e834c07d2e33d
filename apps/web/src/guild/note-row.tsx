'use client';

import type { Note } from '@skelly/types/room';
import { Trash2 } from 'lucide';
import { type ReactNode, useState } from 'react';
import { shortWords } from '../http/failure-words';
import { isUnknown } from '../http/send';
import { Icon } from '../ui/icon';
import { RelativeTime } from '../ui/relative-time';
import type { PendingNote } from './board-state';
import { Person } from './person';

const row = 'flex min-h-16 items-start gap-3.5 border-line border-t px-5 py-3.5 first:border-t-0';

interface NoteRowProps {
  readonly note: Note;
  readonly isHere: boolean;
  /** Takes it down; resolves to true when it was done. Null: this member may not. */
  readonly remove: ((note: Note) => Promise<boolean>) | null;
}

/** One note on the board. */
export function NoteRow({ note, isHere, remove }: NoteRowProps) {
  const [failed, setFailed] = useState(false);
  return (
    <li data-note={note.id} className={row}>
      <Person name={note.displayName} isHere={isHere} />
      <div className="min-w-0 flex-1">
        <Head name={note.displayName}>
          <RelativeTime at={note.createdAt} className="text-fine text-ink-2" />
        </Head>
        <Body>{note.body}</Body>
        {failed ? (
          <p role="alert" className="mt-1 text-ember-ink text-small">
            Not taken down. Try again in a moment.
          </p>
        ) : null}
      </div>
      {remove ? (
        <button
          type="button"
          aria-label={`Take down the note of ${note.displayName}`}
          onClick={async () => setFailed(!(await remove(note)))}
          className="-my-2 -mr-2.5 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunk hover:text-ink max-md:size-11"
        >
          <Icon of={Trash2} className="size-4" />
        </button>
      ) : null}
    </li>
  );
}

interface PendingRowProps {
  readonly name: string;
  readonly pending: PendingNote;
  readonly onRetry: () => void;
  readonly onDiscard: () => void;
}

/** A note of the member's own that the server has not confirmed: as if it were posted, unless that takes long or fails. */
export function PendingRow({ name, pending, onRetry, onDiscard }: PendingRowProps) {
  const { body, state, failure } = pending;
  const way = 'rounded-sm py-1 font-medium underline underline-offset-4 max-md:min-h-11';
  return (
    <li data-pending={state} className={row}>
      <Person name={name} isHere />
      <div className="min-w-0 flex-1">
        <Head name={name}>
          <span className="text-fine text-ink-2">
            {state === 'slow' ? 'Posting' : state === 'failed' ? '' : 'Just now'}
          </span>
        </Head>
        <Body>{body}</Body>
        {failure ? (
          <div role="alert" className="mt-1 flex flex-wrap items-center gap-x-4 text-small">
            <span className="text-ember-ink">
              {isUnknown(failure) ? `${shortWords(failure)}. It is kept here.` : `Not posted. ${shortWords(failure)}`}
            </span>
            <button type="button" onClick={onRetry} className={way}>
              Try again
            </button>
            <button type="button" onClick={onDiscard} className={way}>
              Discard
            </button>
          </div>
        ) : null}
      </div>
    </li>
  );
}

function Head({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <p className="flex flex-wrap items-baseline gap-x-2.5">
      <span className="font-medium [overflow-wrap:anywhere]">{name}</span>
      {children}
    </p>
  );
}

function Body({ children }: { readonly children: string }) {
  return <p className="whitespace-pre-line text-ink-2 [overflow-wrap:anywhere]">{children}</p>;
}
