'use client';

import type { RegisterResponse } from '@skelly/types/user';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { createSendOnce } from '../http/send-once';
import { useHandover } from '../live/handover';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { CommandForm } from './command-form';
import { keepEmail } from './kept-email';
import { withNext } from './safe-next';
import { useCommandForm } from './use-command-form';

const loadCheck = () => import('@skelly/types/user').then((user) => user.registerBody);

/** Makes an account and goes to `next`, where the welcome arrives live. */
export function RegisterForm({ next }: { readonly next: string }) {
  const router = useRouter();
  const handover = useHandover();
  const email = useRef<HTMLInputElement>(null);
  const [sendOnce] = useState(() => createSendOnce());
  const form = useCommandForm<RegisterResponse>({
    send: (body) => sendOnce('/api/auth/register', body),
    loadCheck,
    onDone: ({ userId, stream }) => {
      handover.begin(userId, stream);
      router.replace(next);
      router.refresh();
    },
  });
  const signIn = withNext('/login', next);
  return (
    <CommandForm
      form={form}
      action="Create account"
      comfort="No account is made twice."
      known={{
        email_taken: (
          <Notice tone="info" role="alert" title="This address has an account already">
            <Link
              href={signIn}
              onClick={() => keepEmail(email.current?.value ?? '')}
              className="font-medium text-ink underline underline-offset-4"
            >
              Sign in with it
            </Link>
          </Notice>
        ),
      }}
    >
      <Field
        label="Name"
        name="displayName"
        autoComplete="nickname"
        maxLength={80}
        required
        hint="What others will call you."
        error={form.errors['displayName']}
      />
      <Field
        ref={email}
        label="Email"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        hint="We send one mail to confirm it."
        error={form.errors['email']}
      />
      <Field
        label="Password"
        name="password"
        type="password"
        autoComplete="new-password"
        required
        hint="10 characters or more. A sentence is fine."
        error={form.errors['password']}
      />
    </CommandForm>
  );
}
