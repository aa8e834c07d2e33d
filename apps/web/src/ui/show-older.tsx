'use client';

import clsx from 'clsx';
import { useState } from 'react';
import { Button } from './button';
import { Notice } from './notice';

interface ShowOlderProps {
  /** Whether it could be loaded. */
  readonly load: () => Promise<boolean>;
  /** What could not be loaded, such as `Older notes`. */
  readonly what: string;
  readonly className?: string;
}

/** Loads what is older, by hand: the list never moves under the reader. */
export function ShowOlder({ load, what, className }: ShowOlderProps) {
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  const run = async () => {
    if (state === 'loading') return;
    setState('loading');
    setState((await load()) ? 'idle' : 'failed');
  };
  return (
    <div className={clsx('grid justify-items-center gap-3', className)}>
      {state === 'failed' ? (
        <Notice tone="held" role="alert" title={`${what} could not be loaded`}>
          Nothing is lost. Try again in a moment.
        </Notice>
      ) : null}
      <Button look="secondary" pending={state === 'loading'} onClick={run}>
        {state === 'failed' ? 'Try again' : 'Show older'}
      </Button>
    </div>
  );
}
