'use client';

import { useEvent } from '@skelly/client/react';
import type { NotificationChoice, Preferences } from '@skelly/types/preference';
import { useCallback, useRef, useState } from 'react';
import { send } from '../http/send';

type Choices = Pick<Preferences, 'version' | 'notifications'>;

const keyOf = ({ category, channel }: Pick<NotificationChoice, 'category' | 'channel'>) => `${category} ${channel}`;

/**
 * The member's choices, the same in every tab. One that is made is shown at once and sent; when the server does not keep it, it
 * goes back and is named in `failed`.
 */
export function useChoices(preferences: Preferences) {
  const [kept, setKept] = useState<Choices>(preferences);
  const [ahead, setAhead] = useState<ReadonlyMap<string, boolean>>(new Map());
  const [failed, setFailed] = useState<ReadonlySet<string>>(new Set());
  // One after the other, so that the last word about a switch is the last one that is sent.
  const sending = useRef<Promise<unknown>>(Promise.resolve());
  const take = useCallback((given: Choices) => setKept((now) => (given.version >= now.version ? given : now)), []);
  useEvent('preference:changed', ({ data }) => take(data));

  const choose = async (choice: NotificationChoice) => {
    const key = keyOf(choice);
    setAhead((now) => new Map(now).set(key, choice.enabled));
    setFailed((now) => new Set([...now].filter((other) => other !== key)));
    const sent = sending.current.then(() =>
      send<Preferences>('/api/preferences', { method: 'PUT', body: { notifications: [choice] } }),
    );
    sending.current = sent;
    const answer = await sent;
    if (answer.ok) take(answer.data);
    else setFailed((now) => new Set([...now, key]));
    setAhead((now) => (now.get(key) === choice.enabled ? new Map([...now].filter(([other]) => other !== key)) : now));
  };

  const choices = kept.notifications.map((choice) => ({
    ...choice,
    enabled: ahead.get(keyOf(choice)) ?? choice.enabled,
    failed: failed.has(keyOf(choice)),
  }));
  return { choices, choose };
}
