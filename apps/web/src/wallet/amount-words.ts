import type { Currency } from '@skelly/types/wallet';

const count = new Intl.NumberFormat('en');

/** An amount in words: "1,200 points", "1 point". */
export function money(amount: number, currency: Currency): string {
  return `${count.format(amount)} ${amount === 1 ? currency.slice(0, -1) : currency}`;
}
