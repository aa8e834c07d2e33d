import clsx from 'clsx';
import { CircleAlert, CircleCheck, CloudOff, Info } from 'lucide';
import type { ReactNode } from 'react';
import { Icon } from './icon';

type Tone = 'failed' | 'held' | 'done' | 'info';

const tones: Record<Tone, { box: string; colour: string; icon: typeof Info }> = {
  failed: { box: 'bg-ember-soft', colour: 'text-ember-ink', icon: CircleAlert },
  held: { box: 'bg-sun-soft', colour: 'text-sun', icon: CloudOff },
  done: { box: 'bg-moss-soft', colour: 'text-moss', icon: CircleCheck },
  info: { box: 'bg-sky-soft', colour: 'text-sky', icon: Info },
};

interface NoticeProps {
  readonly tone: Tone;
  readonly title: string;
  readonly children?: ReactNode;
  /** `alert` interrupts a screen reader, `status` waits for it to finish. */
  readonly role?: 'alert' | 'status';
  readonly className?: string;
}

/** A message at the place of the action that it is about. */
export function Notice({ tone, title, children, role, className }: NoticeProps) {
  const { box, colour, icon } = tones[tone];
  return (
    <div role={role} className={clsx('flex gap-3 rounded-md px-3.5 py-3 text-small', box, className)}>
      <Icon of={icon} className={clsx('mt-0.5 size-4 shrink-0', colour)} />
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        {children ? <div className="mt-0.5 text-ink-2">{children}</div> : null}
      </div>
    </div>
  );
}
