'use client';

import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { send } from '../http/send';
import { useHandover } from '../live/handover';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { CommandForm } from './command-form';
import { takeKeptEmail } from './kept-email';
import { useCommandForm } from './use-command-form';

const loadCheck = () => import('@skelly/types/user').then((user) => user.loginBody);

/** Opens a session and goes to `next`. */
export function LoginForm({ next }: { readonly next: string }) {
  const router = useRouter();
  const handover = useHandover();
  const email = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const kept = takeKeptEmail();
    if (!kept || !email.current) return;
    email.current.value = kept;
    password.current?.focus();
  }, []);
  const form = useCommandForm<{ readonly userId: string }>({
    send: (body) => send('/api/auth/login', { body }),
    loadCheck,
    onDone: ({ userId }) => {
      handover.begin(userId, null);
      router.replace(next);
      router.refresh();
    },
  });
  return (
    <CommandForm
      form={form}
      action="Sign in"
      comfort="You are not signed in yet."
      known={{
        invalid_credentials: (
          <Notice tone="failed" role="alert" title="Email and password do not match">
            Check both and try again.
          </Notice>
        ),
      }}
    >
      <Field
        ref={email}
        label="Email"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={form.errors['email']}
      />
      <Field
        ref={password}
        label="Password"
        name="password"
        type="password"
        autoComplete="current-password"
        required
        error={form.errors['password']}
      />
    </CommandForm>
  );
}
