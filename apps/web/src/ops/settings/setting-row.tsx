'use client';

import { useEffect, useRef } from 'react';
import { Button } from '../../ui/button';
import { SettingForm } from './setting-form';
import { SettingValue } from './setting-value';
import type { SettingFormOptions } from './use-setting-form';

interface SettingRowProps extends Omit<SettingFormOptions, 'onDone'> {
  readonly mayChange: boolean;
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
}

/** One setting: what it is, which value it has, and whose; opened, the way to change it. */
export function SettingRow({ setting, version, mayChange, open, onOpen, onChange }: SettingRowProps) {
  const { key, description } = setting;
  const button = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(open);
  useEffect(() => {
    // Closed, the keyboard goes on where it had opened it.
    if (wasOpen.current && !open) button.current?.focus();
    wasOpen.current = open;
  }, [open]);
  return (
    <li data-setting={key} className="border-line border-b">
      <div className="setting-grid">
        <div className="min-w-0">
          <p className="break-words font-mono text-small">{key}</p>
          <p className="text-ink-2 text-fine">{description}</p>
        </div>
        <SettingValue setting={setting} />
        {mayChange ? (
          <Button
            ref={button}
            look="secondary"
            aria-expanded={open}
            aria-label={`Change ${key}`}
            onClick={() => onOpen(!open)}
            className="justify-self-end max-md:col-span-full max-md:w-full"
          >
            Change
          </Button>
        ) : null}
      </div>
      {open ? (
        <SettingForm setting={setting} version={version} onChange={onChange} onDone={() => onOpen(false)} />
      ) : null}
    </li>
  );
}
