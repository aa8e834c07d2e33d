'use client';

import type { OpsSettingsResponse } from '@skelly/types/setting';
import { useState } from 'react';
import { useSession } from '../../live/session-provider';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { SettingRow } from './setting-row';
import { useSettings } from './use-settings';

/** Every setting, what operators have set, and for admins a way to change it. */
export function SettingsPage({ read }: { readonly read: OpsSettingsResponse }) {
  const { settings, version, stale, change, retry } = useSettings(read);
  const { user } = useSession();
  const [open, setOpen] = useState('');
  const set = settings.filter(({ value }) => value !== null).length;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto pb-8">
      <p className="flex min-h-12 items-center border-line border-b px-5.5 py-2 text-ink-2 text-small max-md:px-4">
        {set === 0 ? 'None is set here' : `${set} of ${settings.length} are set here`}. Every process follows within a
        second; what is not set is as its environment says.
      </p>
      {stale ? (
        <Notice tone="held" role="alert" title="This is not current" className="m-4">
          <p>Settings may have changed, and could not be read again.</p>
          <Button look="secondary" className="mt-2" onClick={retry}>
            Try again
          </Button>
        </Notice>
      ) : null}
      <ul aria-label="Settings">
        {settings.map((setting) => (
          <SettingRow
            key={setting.key}
            setting={setting}
            version={version}
            mayChange={user.role === 'admin'}
            open={open === setting.key}
            onOpen={(isOpen) => setOpen(isOpen ? setting.key : '')}
            onChange={change}
          />
        ))}
      </ul>
    </div>
  );
}
