import type { Currency } from '@skelly/types/wallet';
import { money } from './money';
import { parseAmount } from './parse-amount';

interface Bounds {
  readonly currency: Currency;
  /** What may be moved by what the wallet holds. */
  readonly available?: number;
  /** What may be moved at once. */
  readonly maxAmount?: number;
}

/** What is wrong with an amount, for its field; null when nothing is. The server has the last word. */
export function amountTrouble(text: string, { currency, available, maxAmount }: Bounds): string | null {
  const amount = parseAmount(text);
  if (amount === null || amount === 0) return `Type a whole number of ${currency}.`;
  if (available !== undefined && amount > available) return `You have ${money(available, currency)} available.`;
  if (maxAmount !== undefined && amount > maxAmount) return `${money(maxAmount, currency)} at once at most.`;
  return null;
}
