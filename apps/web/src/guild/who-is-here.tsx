'use client';

import type { PresenceList } from '@skelly/client';
import { Card } from '../ui/card';
import { Person } from './person';

interface WhoIsHereProps {
  readonly list: PresenceList;
  /** The member's own id. */
  readonly me: string;
}

/** Who is in the room now: by name on wide screens, a line of faces on a phone. */
export function WhoIsHere({ list: { count, members }, me }: WhoIsHereProps) {
  const beyond = count - members.length;
  return (
    <Card title="Here now" aside={<span className="tabular text-ink-2 text-small">{count}</span>}>
      <ul
        aria-label="Here now"
        className="flex max-h-120 flex-col overflow-y-auto pb-2 max-md:flex-row max-md:gap-2 max-md:overflow-x-auto max-md:px-5 max-md:pt-1 max-md:pb-3"
      >
        {members.map(({ userId, displayName, state }) => (
          <li
            key={userId}
            data-person={displayName}
            data-state={state}
            title={displayName}
            className="flex min-h-13 items-center gap-3 px-5 max-md:shrink-0 max-md:px-0"
          >
            <Person name={displayName} isHere />
            <span className="min-w-0 max-md:sr-only">
              <span className="block truncate">
                {displayName}
                {userId === me ? <span className="text-ink-2"> (you)</span> : null}
              </span>
              {state === 'typing' ? <span className="block text-fine text-ink-2">Typing</span> : null}
            </span>
          </li>
        ))}
      </ul>
      {beyond > 0 ? <p className="tabular px-5 pb-4 text-ink-2 text-small">and {beyond} more</p> : null}
    </Card>
  );
}
