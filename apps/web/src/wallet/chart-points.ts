import type { Balance } from './wallets';

export interface ChartPoint {
  readonly day: string;
  readonly value: number;
}

/** Days with what could be spent at their end. The last one is now: what is known of now takes its place. */
export function chartPoints(
  points: readonly { readonly day: string; readonly availableBalance: number }[],
  now: Pick<Balance, 'availableBalance'>,
): readonly ChartPoint[] {
  return points.map(({ day, availableBalance }, place) => ({
    day,
    value: place === points.length - 1 ? now.availableBalance : availableBalance,
  }));
}
