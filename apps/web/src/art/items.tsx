import type { ReactNode } from 'react';

/* Every item is drawn on one 48 grid, standing on y = 42, in flat colours of the tokens. */

const drawings = {
  chest: (
    <>
      <path d="M6 23v-3A12 12 0 0 1 18 8h12a12 12 0 0 1 12 12v3z" className="fill-sun" />
      <path d="M6 23v-3A12 12 0 0 1 18 8h12a12 12 0 0 1 12 12v3z" className="fill-socket" opacity="0.28" />
      <path d="M6 23h36v15a4 4 0 0 1-4 4H10a4 4 0 0 1-4-4z" className="fill-sun" />
      <path d="M6 23h36v2.5H6z" className="fill-socket" opacity="0.4" />
      <rect x="19.5" y="19.5" width="9" height="11" rx="2.5" className="fill-skull" />
      <rect x="23" y="23" width="2" height="4" rx="1" className="fill-socket" />
    </>
  ),
  key: (
    <>
      <circle cx="15" cy="31" r="8.5" className="fill-none stroke-sky" strokeWidth="5" />
      <path
        d="M23.5 31H42M32 31v6.5M39 31v8.5"
        className="fill-none stroke-sky"
        strokeWidth="5"
        strokeLinecap="round"
      />
    </>
  ),
  potion: (
    <>
      <path d="M19 8h10v10l10.2 18.1A4 4 0 0 1 35.7 42H12.3a4 4 0 0 1-3.5-5.9L19 18z" className="fill-plum-soft" />
      <path d="M14 27h20l5.2 9.1A4 4 0 0 1 35.7 42H12.3a4 4 0 0 1-3.5-5.9z" className="fill-plum" />
      <path d="M19 8h10v10H19z" className="fill-plum" opacity="0.45" />
      <rect x="16.5" y="5" width="15" height="5" rx="2.5" className="fill-ink" />
      <circle cx="20" cy="34" r="2" className="fill-plum-soft" />
      <circle cx="27" cy="37" r="1.5" className="fill-plum-soft" />
    </>
  ),
  shard: (
    <>
      <path d="M24 6 40 18 34 42H14L8 18z" className="fill-ink-3" />
      <path d="M24 6 40 18 34 42l-8-20z" className="fill-socket" opacity="0.22" />
      <path d="M24 6 8 18l18 4z" className="fill-paper" opacity="0.45" />
    </>
  ),
  ash: (
    <>
      <path
        d="M25 5c2 8 13 13 13 24a14 14 0 0 1-28 1c0-6 3-9 6-13 1 3 2 4 4 5 1-6 1-11 5-17z"
        className="origin-bottom animate-flicker fill-ember [transform-box:fill-box]"
      />
      <path d="M24 24c1 4 6 6 6 11a6 6 0 0 1-12 0c0-4 5-6 6-11z" className="fill-ember-soft" />
    </>
  ),
  lantern: (
    <>
      <path d="M16 15v-1a8 8 0 0 1 16 0v1" className="fill-none stroke-ink" strokeWidth="3" strokeLinecap="round" />
      <rect x="11" y="14" width="26" height="5" rx="2" className="fill-ink" />
      <path d="M13 19h22v20a3 3 0 0 1-3 3H16a3 3 0 0 1-3-3z" className="fill-sky" />
      <circle cx="24" cy="30" r="8" className="fill-sun-soft" />
      <path
        d="M24 24c1 3 4 4 4 7.5a4 4 0 0 1-8 0c0-3.5 3-4.5 4-7.500z"
        className="origin-bottom animate-flicker fill-ember [transform-box:fill-box]"
      />
    </>
  ),
  moss: (
    <>
      <path d="M24 42c0-9-1-15-5-20" className="fill-none stroke-moss" strokeWidth="3.5" strokeLinecap="round" />
      <path d="M21 26C9 27 6 19 7 10c9 0 15 5 14 16z" className="fill-moss" />
      <path d="M23.5 31c0-10 6-15 17-15 1 9-4 16-17 15z" className="fill-moss" opacity="0.7" />
      <path d="M10 42c1-5 5-7 14-7s13 2 14 7z" className="fill-ink-3" />
    </>
  ),
  badge: (
    <>
      <path d="M16 30 12 44l7-3 4 5 2-14zM32 30l4 14-7-3-4 5-2-14z" className="fill-ember" />
      <circle cx="24" cy="21" r="16" className="fill-plum" />
      <path d="m24 10.5 3 6.7 7.3.8-5.5 4.9 1.6 7.2-6.4-3.7-6.4 3.7 1.6-7.2-5.5-4.9 7.3-.8z" className="fill-paper" />
    </>
  ),
  letter: (
    <>
      <rect x="5" y="11" width="38" height="29" rx="4" className="fill-sky" />
      <path
        d="M7 14.5 24 28l17-13.5"
        className="fill-none stroke-paper"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="40" cy="12" r="6" className="fill-ember" />
    </>
  ),
  bone: (
    <path
      d="M13 8a5 5 0 0 1 5 6l16 16a5 5 0 1 1 3 7 5 5 0 1 1-8.5-2.500L13.5 19.500A5 5 0 1 1 11 11.5 5 5 0 0 1 13 8z"
      className="fill-skull stroke-socket"
      strokeWidth="2"
      strokeLinejoin="round"
    />
  ),
} satisfies Record<string, ReactNode>;

export type ItemName = keyof typeof drawings;

/** One item as a picture of its own; decoration, hidden from screen readers. */
export function Item({ name, className }: { readonly name: ItemName; readonly className?: string }) {
  return (
    <svg viewBox="0 0 48 48" aria-hidden="true" className={className ?? 'size-12'}>
      {drawings[name]}
    </svg>
  );
}

/** One item inside a larger drawing: `x`, `y` is the upper left corner of its grid, `size` the edge of that grid. */
export function PlacedItem({
  name,
  x,
  y,
  size,
}: {
  readonly name: ItemName;
  readonly x: number;
  readonly y: number;
  readonly size: number;
}) {
  return <g transform={`translate(${x} ${y}) scale(${size / 48})`}>{drawings[name]}</g>;
}
