import clsx from 'clsx';
import { CircleAlert, CircleCheck, CloudOff, Info } from 'lucide-react';
import type { ReactNode } from 'react';

type Tone = 'failed' | 'held' | 'done' | 'info';

const tones: Record<Tone, { box: string; icon: string; Icon: typeof Info }> = {
  failed: { box: 'bg-ember-soft', icon: 'text-ember-ink', Icon: CircleAlert },
  held: { box: 'bg-sun-soft', icon: 'text-sun', Icon: CloudOff },
  done: { box: 'bg-moss-soft', icon: 'text-moss', Icon: CircleCheck },
  info: { box: 'bg-sky-soft', icon: 'text-sky', Icon: Info },
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
  const { box, icon, Icon } = tones[tone];
  return (
    <div role={role} className={clsx('flex gap-3 rounded-md px-3.5 py-3 text-small', box, className)}>
      <Icon aria-hidden="true" className={clsx('mt-0.5 size-4 shrink-0', icon)} />
      <div className="min-w-0">
        <p className="font-medium">{title}</p>
        {children ? <div className="mt-0.5 text-ink-2">{children}</div> : null}
      </div>
    </div>
  );
}
