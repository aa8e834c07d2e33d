'use client';

import { useTransition } from 'react';
import { Button } from './button';
import { StatePage } from './state-page';

/** A page or a part of one that could not be made: says that nothing is lost, and tries again on a click. */
export function Broken({ retry }: { readonly retry: () => void }) {
  const [pending, start] = useTransition();
  return (
    <StatePage
      // A file and not a drawing in the script, which comes along with every page.
      art={<img src="/unplugged.svg" alt="" className="size-24" />}
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
