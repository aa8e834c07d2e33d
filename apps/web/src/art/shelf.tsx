import { PlacedItem } from './items';
import { SkullShape } from './skull';

/** The landing's picture: Skelly's cabinet, where everything that was earned stands. */
export function Shelf({ className }: { readonly className?: string }) {
  return (
    <svg viewBox="0 0 480 440" className={className} aria-hidden="true">
      <rect x="12" y="12" width="456" height="416" rx="20" className="fill-paper stroke-ink" strokeWidth="3" />
      <path d="M14 32a20 20 0 0 1 18-18h416a20 20 0 0 1 18 18v96H14z" className="fill-sunk" opacity="0.55" />
      <path d="M14 152h452v132H14z" className="fill-sunk" opacity="0.3" />

      <path d="M360 14v30" className="stroke-ink" strokeWidth="3" />
      <circle cx="360" cy="78" r="46" className="fill-sun-soft" />
      <PlacedItem name="lantern" x={324} y={34} size={72} />
      <PlacedItem name="shard" x={40} y={64} size={72} />
      <PlacedItem name="badge" x={122} y={44} size={84} />
      <PlacedItem name="moss" x={214} y={42} size={92} />
      <Board y={128} />

      <PlacedItem name="potion" x={36} y={186} size={88} />
      <g transform="translate(136 148) scale(2.6)">
        <SkullShape />
      </g>
      <PlacedItem name="key" x={262} y={180} size={92} />
      <PlacedItem name="ash" x={380} y={188} size={78} />
      <Board y={264} />

      <PlacedItem name="chest" x={44} y={288} size={124} />
      <PlacedItem name="bone" x={186} y={318} size={84} />
      <PlacedItem name="letter" x={284} y={314} size={92} />
      <PlacedItem name="potion" x={388} y={344} size={58} />
      <path d="M13 396h454v12a19 19 0 0 1-19 19H32a19 19 0 0 1-19-19z" className="fill-ink" />
    </svg>
  );
}

/** A board whose upper edge, where things stand, lies at `y`. */
function Board({ y }: { readonly y: number }) {
  return (
    <>
      <rect x="13" y={y - 4} width="454" height="13" className="fill-ink" />
      <rect x="13" y={y + 9} width="454" height="7" className="fill-ink" opacity="0.12" />
    </>
  );
}
