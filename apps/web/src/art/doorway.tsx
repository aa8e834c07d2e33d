import { PlacedItem } from './items';
import { type Mood, SkullShape } from './skull';

interface DoorwayProps {
  /** Awake greets who is new, asleep waits for who comes back. */
  readonly mood: Mood;
  readonly className?: string;
}

/** The picture beside the forms of accounts: Skelly at the door, a lantern over it. */
export function Doorway({ mood, className }: DoorwayProps) {
  return (
    <svg viewBox="0 0 420 440" aria-hidden="true" className={className}>
      <path d="M60 420V180a140 140 0 0 1 280 0v240z" className="fill-ink" />
      <path d="M78 420V182a122 122 0 0 1 244 0v238z" className="fill-paper" />
      <path d="M78 420V182a122 122 0 0 1 244 0v238z" className="fill-sunk" opacity="0.5" />
      <circle cx="200" cy="150" r="76" className="fill-sun-soft" />
      <path d="M200 60v30" className="stroke-ink" strokeWidth="4" />
      <PlacedItem name="lantern" x={146} y={80} size={108} />
      <g transform="translate(118 228) scale(3.4)">
        <SkullShape mood={mood} />
      </g>
      <path d="M62 372h276v48H62z" className="fill-ink" />
      <PlacedItem name="key" x={228} y={298} size={88} />
      <PlacedItem name="moss" x={76} y={304} size={78} />
      <path d="M8 420h404" className="stroke-ink" strokeWidth="5" strokeLinecap="round" />
      <PlacedItem name="chest" x={312} y={342} size={90} />
      <PlacedItem name="shard" x={2} y={369} size={58} />
    </svg>
  );
}
