'use client';

import type { OpsSetting } from '@skelly/types/setting';
import { type FormEvent, useEffect, useState } from 'react';
import { failureWords } from '../../http/failure-words';
import type { Failure } from '../../http/send';
import { parseSetting } from './parse-setting';
import { followDraft, type News, openDraft, refuseDraft } from './setting-draft';
import type { AskedChange } from './use-settings';

export interface SettingFormOptions {
  /** As it is known now; the form remembers what it was when it opened. */
  readonly setting: OpsSetting;
  readonly version: number;
  readonly onChange: (change: AskedChange) => Promise<Failure | null>;
  readonly onDone: () => void;
}

interface SettingFormState {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly reason: string;
  readonly setReason: (reason: string) => void;
  /** Why the value was not taken. */
  readonly problem: string | undefined;
  readonly news: News | null;
  readonly pending: boolean;
  readonly submit: (event: FormEvent) => void;
  /** Takes it back to what the environment says. */
  readonly unset: () => void;
}

/** The state of a setting's open form. What it saves is meant for the settings that its reader has been shown. */
export function useSettingForm({ setting, version, onChange, onDone }: SettingFormOptions): SettingFormState {
  const [draft, setDraft] = useState(() => openDraft({ version, setting }));
  // What the environment says is not known here, so an unset setting has nothing to begin with.
  const [text, setText] = useState(`${setting.value ?? ''}`);
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState<string>();
  const [pending, setPending] = useState(false);

  useEffect(() => {
    // Until it has its answer, a change that is seen may be its own.
    if (!pending) setDraft((now) => followDraft(now, { version, setting, wanted: parseSetting(setting, text) }));
  }, [pending, version, setting, text]);

  async function save(value: OpsSetting['value']): Promise<void> {
    if (pending) return;
    setPending(true);
    const change = { key: setting.key, value, version: draft.version, reason: reason.trim() || undefined };
    const failure = await onChange(change);
    setPending(false);
    if (!failure) return onDone();
    const outrun = failure.kind === 'refused' && failure.problem.code === 'settings_changed';
    setProblem(outrun ? undefined : inWords(failure));
    if (outrun) setDraft(refuseDraft);
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() === '') return setProblem(`Type a value: ${setting.allowed}.`);
    void save(parseSetting(setting, text));
  };
  const { news } = draft;
  return { text, setText, reason, setReason, problem, news, pending, submit, unset: () => void save(null) };
}

function inWords(failure: Failure): string {
  const refused = failure.kind === 'refused' ? failure.problem.errors?.[0] : undefined;
  return refused ? `Nothing was changed: ${refused.message}` : failureWords(failure);
}
