'use client';

import { useEvent } from '@skelly/client/react';
import { useToast } from '../live/toasts';

/** Tells an operator on any page of operations that settings have changed; which values they have stands on their page. */
export function useSettingToast(): void {
  const toast = useToast();
  useEvent('system:setting.changed', ({ data: { version, keys } }) =>
    toast({
      id: `settings ${version}`,
      title: keys.length === 1 ? 'A setting has changed' : `${keys.length} settings have changed`,
      body: keys.slice(0, 3).join(', '),
      href: '/ops/settings',
    }),
  );
}
