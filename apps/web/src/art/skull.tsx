import type { ReactNode } from 'react';

export type Mood = 'awake' | 'asleep' | 'puzzled' | 'unplugged';

const head =
  'M24 4.500c10 0 17 6.6 17 16 0 5.5-2.3 9.5-6 12V38a4 4 0 0 1-4 4H17a4 4 0 0 1-4-4v-5.500c-3.7-2.5-6-6.5-6-12 0-9.4 7-16 17-16z';

const eyes: Record<Mood, ReactNode> = {
  awake: (
    <>
      <circle cx="17" cy="21.5" r="4.2" className="fill-socket" />
      <circle cx="31" cy="21.5" r="4.2" className="fill-socket" />
      <circle cx="18.2" cy="20.3" r="1.3" className="fill-ember" />
      <circle cx="32.2" cy="20.3" r="1.3" className="fill-ember" />
    </>
  ),
  asleep: (
    <path
      d="M13 21.500c1.5 2.6 6.5 2.6 8 0M27 21.500c1.5 2.6 6.5 2.6 8 0"
      className="fill-none stroke-socket"
      strokeWidth="2.2"
      strokeLinecap="round"
    />
  ),
  puzzled: (
    <>
      <circle cx="17" cy="22" r="3.2" className="fill-socket" />
      <circle cx="31" cy="20.5" r="5" className="fill-socket" />
      <circle cx="32.4" cy="19" r="1.5" className="fill-ember" />
      <path d="M12.5 15.5 20 16.5" className="fill-none stroke-socket" strokeWidth="2" strokeLinecap="round" />
    </>
  ),
  unplugged: (
    <path
      d="m14 18.5 6 6m0-6-6 6m14-6 6 6m0-6-6 6"
      className="fill-none stroke-socket"
      strokeWidth="2.4"
      strokeLinecap="round"
    />
  ),
};

/** Skelly in person. The mood says in one look whether things are fine. Decoration, hidden from screen readers. */
export function Skull({ mood = 'awake', className }: { readonly mood?: Mood; readonly className?: string }) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className={className ?? 'size-12'}>
      <SkullShape mood={mood} />
    </svg>
  );
}

/** The same inside a larger drawing, on a 48 grid. */
export function SkullShape({ mood = 'awake' }: { readonly mood?: Mood }) {
  return (
    <>
      <path d={head} className="fill-skull stroke-socket" strokeWidth="2.2" strokeLinejoin="round" />
      <path
        d="M35 12c2.6 2.3 4 5.3 4 8.5 0 5-2.2 8.6-6 11V38a2 2 0 0 1-2 2h-3c5-6 7-16 7-28z"
        className="fill-socket"
        opacity="0.1"
      />
      {eyes[mood]}
      <path d="M24 26.5 22 30.500h4z" className="fill-socket" />
      <path d="M19.5 36v5M24 36v5M28.5 36v5" className="stroke-socket" strokeWidth="1.8" strokeLinecap="round" />
    </>
  );
}
