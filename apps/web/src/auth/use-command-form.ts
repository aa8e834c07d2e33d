'use client';

import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import { PENDING_AFTER_MS } from '../http/pending';
import type { Failure, Sent } from '../http/send';

interface CommandFormOptions<T> {
  /** Sends a body that was checked. */
  readonly send: (body: unknown) => Promise<Sent<T>>;
  /** Loads the check of the body; apart from the page, because most visits never submit. */
  readonly loadCheck: () => Promise<z.ZodType>;
  /** Makes the body of what the form holds; without it the fields are sent as they are. */
  readonly toBody?: (fields: Readonly<Record<string, FormDataEntryValue>>) => unknown;
  /** Goes on after success; the form stays pending until the page is gone. `isRepeated`: an earlier try had done it. */
  readonly onDone: (answer: T, isRepeated: boolean) => void;
}

export interface CommandForm {
  /** True once the page listens; a submit before that would reach nobody. */
  readonly ready: boolean;
  readonly pending: boolean;
  /** By field name. */
  readonly errors: Readonly<Record<string, string>>;
  readonly failure: Failure | null;
  /** The visitor is about to fill the form in. */
  readonly prepare: () => void;
  readonly submit: (event: FormEvent<HTMLFormElement>) => void;
  /** Clears the error of a field that is being changed. */
  readonly touch: (event: FormEvent<HTMLFormElement>) => void;
}

/** A form that is one command: checked here first, sent once however often it is clicked, and safe to send again. */
export function useCommandForm<T>({
  send,
  loadCheck,
  toBody = (fields) => fields,
  onDone,
}: CommandFormOptions<T>): CommandForm {
  const [ready, setReady] = useState(false);
  const [pending, setPending] = useState(false);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const busy = useRef(false);
  const check = useRef<Promise<z.ZodType | null> | null>(null);

  useEffect(() => setReady(true), []);

  // Fetched when the visitor begins to type. Without it the server checks alone.
  const prepare = () => {
    check.current ??= loadCheck().catch(() => null);
  };

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (busy.current) return;
    busy.current = true;
    prepare();
    const form = event.currentTarget;
    const slow = setTimeout(() => setPending(true), PENDING_AFTER_MS);
    setFailure(null);
    void run(form).then((leaving) => {
      clearTimeout(slow);
      if (leaving) return setPending(true);
      busy.current = false;
      setPending(false);
    });
  };

  const run = async (form: HTMLFormElement): Promise<boolean> => {
    const body = toBody(Object.fromEntries(new FormData(form)));
    const refused = fieldErrors(await check.current, body);
    if (refused) return showErrors(form, refused);
    const sent = await send(body);
    if (sent.ok) {
      setErrors({});
      onDone(sent.data, sent.isRepeated);
      return true;
    }
    const problem = sent.failure.kind === 'refused' ? sent.failure.problem : null;
    if (problem?.errors?.length)
      return showErrors(form, Object.fromEntries(problem.errors.map(({ path, message }) => [path, message])));
    setErrors({});
    setFailure(sent.failure);
    return false;
  };

  const showErrors = (form: HTMLFormElement, found: Readonly<Record<string, string>>): false => {
    setErrors(found);
    const first = Array.from(form.elements).find((element) => 'name' in element && `${element.name}` in found);
    (first as HTMLElement | undefined)?.focus();
    return false;
  };

  const touch = (event: FormEvent<HTMLFormElement>) => {
    const name = (event.target as HTMLInputElement).name;
    if (name in errors) setErrors(({ [name]: _, ...others }) => others);
  };

  return { ready, pending, errors, failure, prepare, submit, touch };
}

function fieldErrors(check: z.ZodType | null, body: unknown): Readonly<Record<string, string>> | null {
  const parsed = check?.safeParse(body);
  if (!parsed || parsed.success) return null;
  const found: Record<string, string> = {};
  for (const issue of parsed.error.issues) found[issue.path.join('.')] ??= issue.message;
  return found;
}
