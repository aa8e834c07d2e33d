'use client';

import { useTransition } from 'react';
import { Skull } from '../art/skull';
import { Button } from './button';
import { StatePage } from './state-page';

/** A page or a part of one that could not be made: says that nothing is lost, and tries again on a click. */
export function Broken({ retry }: { readonly retry: () => void }) {
  const [pending, start] = useTransition();
  return (
    <StatePage
      art={<Skull mood="unplugged" className="size-24" />}
      title="Skelly cannot be reached"
      action={
        <Button pending={pending} onClick={() => start(retry)}>
          Try again
        </Button>
      }
    >
      This page could not be loaded. Nothing is lost: what happens meanwhile is kept for you.
    </StatePage>
  );
}
