'use client';

import { newIdempotencyKey } from '@skelly/client';
import { useEffect, useRef, useState } from 'react';
import { Item } from '../art/items';
import { Skull } from '../art/skull';
import { send } from '../http/send';
import { Button } from '../ui/button';
import { ButtonLink } from '../ui/button-link';
import { Bone, LoadingWord } from '../ui/skeleton';
import { StatePage } from '../ui/state-page';

type State = 'checking' | 'confirmed' | 'invalid' | 'offline' | 'busy';

interface VerifyEmailProps {
  readonly token: string | null;
  readonly signedIn: boolean;
  /** The signed-in member's address is confirmed: a link that was used before is no failure then. */
  readonly confirmedBefore: boolean;
}

/** Posts the token of the mail's link once, and says what came of it. */
export function VerifyEmail({ token, signedIn, confirmedBefore }: VerifyEmailProps) {
  const [state, setState] = useState<State>(token ? 'checking' : 'invalid');
  const key = useRef<string | null>(null);
  const running = useRef(false);

  const verify = async () => {
    if (running.current) return;
    running.current = true;
    setState('checking');
    key.current ??= newIdempotencyKey();
    const sent = await send('/api/auth/verify-email', { body: { token }, idempotencyKey: key.current });
    running.current = false;
    if (sent.ok) setState('confirmed');
    else if (sent.failure.kind === 'refused') setState('invalid');
    else setState(sent.failure.kind === 'offline' ? 'offline' : 'busy');
  };

  const posted = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the token is posted once in the life of the page
  useEffect(() => {
    if (!token || posted.current) return;
    posted.current = true;
    void verify();
  }, []);

  const onward = signedIn ? (
    <ButtonLink href="/home">Go home</ButtonLink>
  ) : (
    <ButtonLink href="/login">Sign in</ButtonLink>
  );
  if (state === 'checking') return <Checking />;
  if (state === 'confirmed' || (state === 'invalid' && confirmedBefore)) {
    return (
      <StatePage art={<Item name="letter" className="size-24" />} title="Your email is confirmed" action={onward}>
        {state === 'confirmed'
          ? 'Thank you. Every open tab knows it already.'
          : 'It was confirmed before. Nothing left to do.'}
      </StatePage>
    );
  }
  if (state === 'invalid') {
    return (
      <StatePage art={<Skull mood="puzzled" className="size-24" />} title="This link does not work" action={onward}>
        It was used before, is too old, or was cut off. If your email is confirmed, all is well.
      </StatePage>
    );
  }
  return (
    <StatePage
      art={<Skull mood="unplugged" className="size-24" />}
      title={state === 'offline' ? 'No connection' : 'Skelly is out of breath'}
      action={<Button onClick={verify}>Try again</Button>}
    >
      Whether your email is confirmed is not known yet. Trying again does no harm.
    </StatePage>
  );
}

function Checking() {
  return (
    <div className="mx-auto flex max-w-100 flex-col items-center px-4 py-14">
      <LoadingWord what="your confirmation" />
      <Bone className="mb-6 size-24 rounded-lg" />
      <Bone className="h-7 w-64" />
      <Bone className="mt-3 h-4 w-72 max-w-full" />
      <Bone className="mt-7 h-9 w-24 rounded-md max-md:h-11" />
    </div>
  );
}
