import type { Wallet } from '@skelly/types/wallet';

const WIDTH = 600;
const GAP = 4;

/** How a wallet divides into what may be spent, what is held and what was earned. The figures beside it say the same. */
export function BalanceBar({ wallet }: { readonly wallet: Wallet }) {
  const parts = [
    { name: 'available', value: wallet.availableBalance, className: 'fill-ink' },
    { name: 'escrow', value: wallet.escrowBalance, className: 'fill-sun' },
    { name: 'earnings', value: wallet.earningsBalance, className: 'fill-moss' },
  ].filter(({ value }) => value > 0);
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  const room = WIDTH - GAP * Math.max(0, parts.length - 1);
  let x = 0;
  return (
    <svg
      viewBox={`0 0 ${WIDTH} 8`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="block h-2 w-full overflow-hidden rounded-full"
    >
      {total === 0 ? <rect width={WIDTH} height="8" className="fill-sunk" /> : null}
      {parts.map(({ name, value, className }) => {
        const width = (value / total) * room;
        const part = <rect key={name} x={x} width={width} height="8" className={className} />;
        x += width + GAP;
        return part;
      })}
    </svg>
  );
}
