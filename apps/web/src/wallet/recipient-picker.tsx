'use client';

import { useEffect, useId, useState } from 'react';
import { PENDING_AFTER_MS } from '../http/pending';
import { send } from '../http/send';
import { Avatar } from '../member/avatar';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import type { Counterparty } from './counterparty';

/** Typing settles this long before members are looked for, milliseconds. */
const SETTLE_MS = 200;
/** Letters from which on the server looks. */
const LEAST = 2;

interface RecipientPickerProps {
  readonly chosen: Counterparty | null;
  readonly onChoose: (member: Counterparty | null) => void;
  readonly error: string | undefined;
}

/** Finds a member by the beginning of their name. */
export function RecipientPicker({ chosen, onChoose, error }: RecipientPickerProps) {
  const [text, setText] = useState('');
  const { found, state } = useRecipients(chosen ? '' : text.trim());
  const id = useId();
  if (chosen)
    return (
      <div>
        <p className="mb-1.5 font-medium text-small">To</p>
        <div className="mb-6 flex min-h-11 items-center gap-3">
          <Avatar name={chosen.displayName} />
          <span className="min-w-0 flex-1 break-words font-medium">{chosen.displayName}</span>
          <Button look="quiet" onClick={() => onChoose(null)}>
            Change
          </Button>
        </div>
      </div>
    );
  return (
    <div>
      <Field
        label="To"
        name="to"
        autoComplete="off"
        autoFocus
        spellCheck={false}
        maxLength={60}
        placeholder="A member’s name"
        aria-controls={id}
        value={text}
        error={error}
        hint={hints[state]}
        onChange={(event) => setText(event.target.value)}
      />
      <ul id={id} aria-label="Members" className="-mx-2 mt-1 mb-4 max-h-56 overflow-y-auto empty:hidden">
        {found.map((member) => (
          <li key={member.userId}>
            <button
              type="button"
              data-recipient={member.displayName}
              onClick={() => onChoose(member)}
              className="-outline-offset-2 flex min-h-12 w-full items-center gap-3 rounded-md px-2 text-left hover:bg-sunk/60"
            >
              <Avatar name={member.displayName} />
              <span className="min-w-0 break-words font-medium">{member.displayName}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

type State = 'short' | 'looking' | 'found' | 'nobody' | 'failed';

const hints: Record<State, string> = {
  short: 'Two letters are enough to begin.',
  looking: 'Looking…',
  found: 'Choose who gets it.',
  nobody: 'Nobody’s name begins like this.',
  failed: 'Members could not be looked up. Type again in a moment.',
};

function useRecipients(text: string): { readonly found: readonly Counterparty[]; readonly state: State } {
  const [found, setFound] = useState<readonly Counterparty[]>([]);
  const [state, setState] = useState<State>('short');
  useEffect(() => {
    if (text.length < LEAST) {
      setFound([]);
      return setState('short');
    }
    const asked = new AbortController();
    // Said only where it takes long: a word at every letter is noise to whoever listens to the page.
    const slow = setTimeout(() => setState('looking'), SETTLE_MS + PENDING_AFTER_MS);
    const timer = setTimeout(async () => {
      const path = `/api/wallet/recipients?${new URLSearchParams({ q: text })}`;
      const answer = await send<{ items: Counterparty[] }>(path, { method: 'GET', signal: asked.signal });
      clearTimeout(slow);
      if (asked.signal.aborted) return;
      setFound(answer.ok ? answer.data.items : []);
      setState(!answer.ok ? 'failed' : answer.data.items.length === 0 ? 'nobody' : 'found');
    }, SETTLE_MS);
    return () => {
      clearTimeout(timer);
      clearTimeout(slow);
      asked.abort();
    };
  }, [text]);
  return { found, state };
}
