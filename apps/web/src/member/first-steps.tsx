'use client';

import clsx from 'clsx';
import { Check } from 'lucide';
import { PlacedItem } from '../art/items';
import { SkullShape } from '../art/skull';
import { useSession } from '../live/session-provider';
import { Card } from '../ui/card';
import { Icon } from '../ui/icon';
import { LiveNumber } from '../ui/live-number';

interface Step {
  readonly id: string;
  readonly done: boolean;
  readonly title: string;
  readonly line: string;
}

/** What a new member does first. Each step is done by the server's word, and turns while one watches. */
export function FirstSteps() {
  const { user, inbox } = useSession();
  const welcome = inbox.items.find((item) => item.category === 'welcome');
  const steps: Step[] = [
    { id: 'account', done: true, title: 'Create your account', line: 'Done. Good to have you.' },
    {
      id: 'email',
      done: user.emailVerified,
      title: 'Confirm your email',
      line: user.emailVerified ? `${user.email} is yours.` : `Follow the link in the mail we sent to ${user.email}.`,
    },
    {
      id: 'welcome',
      done: welcome?.readAt != null,
      title: 'Read your welcome',
      line: welcome ? 'It waits behind the bell. Mark it as read there.' : 'It arrives here by itself in a moment.',
    },
  ];
  const done = steps.filter((step) => step.done).length;
  const complete = done === steps.length;
  return (
    <Card>
      <div className="flex items-start justify-between gap-4 px-5 pt-4">
        <div>
          <h2 className="font-semibold">{complete ? 'You are all set' : 'First steps'}</h2>
          <p className="mt-0.5 font-semibold font-title text-display tracking-tight">
            <LiveNumber value={done} />
            <span className="text-ink-3"> of {steps.length}</span>
          </p>
        </div>
        <Welcome className="h-22 w-36 shrink-0" />
      </div>
      <div aria-hidden="true" className="mx-5 mt-2 flex h-2 gap-0.5 overflow-hidden rounded-full">
        {steps.map((step) => (
          <span
            key={step.id}
            className={clsx('flex-1 transition-colors duration-240', step.done ? 'bg-ink' : 'bg-sunk')}
          />
        ))}
      </div>
      <ol className="mt-3 pb-2">
        {steps.map((step) => (
          <StepRow key={step.id} step={step} />
        ))}
      </ol>
    </Card>
  );
}

function StepRow({ step }: { readonly step: Step }) {
  return (
    <li data-step={step.id} data-done={step.done} className="flex items-start gap-3.5 px-5 py-2.5">
      <span
        className={clsx(
          'mt-px grid size-5 shrink-0 place-items-center rounded-full border transition-colors duration-240',
          step.done ? 'border-moss bg-moss text-paper' : 'border-ink-3',
        )}
      >
        {step.done ? <Icon of={Check} strokeWidth={3} className="size-3 animate-pop" /> : null}
        <span className="sr-only">{step.done ? 'Done' : 'To do'}</span>
      </span>
      <div className="min-w-0">
        <p className={clsx('font-medium', step.done && 'text-ink-2')}>{step.title}</p>
        <p className="break-words text-ink-2 text-small">{step.line}</p>
      </div>
    </li>
  );
}

/** Skelly next to the member's first things. */
function Welcome({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 144 88" aria-hidden="true" className={className}>
      <circle cx="112" cy="34" r="26" className="fill-sun-soft" />
      <PlacedItem name="lantern" x={84} y={6} size={56} />
      <g transform="translate(22 1) scale(1.5)">
        <SkullShape />
      </g>
      <PlacedItem name="moss" x={-2} y={38} size={34} />
      <path d="M0 66h144" className="stroke-ink" strokeWidth="3" strokeLinecap="round" />
      <path d="M14 66v10M130 66v10" className="stroke-ink" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
