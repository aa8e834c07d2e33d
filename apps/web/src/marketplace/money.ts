import type { Currency } from '@skelly/types/wallet';

const count = new Intl.NumberFormat('en');

/** An amount in words: "1,200 points", "1 point". */
export function money(amount: number, currency: Currency): string {
  return `${count.format(amount)} ${amount === 1 ? currency.slice(0, -1) : currency}`;
}

/** A typed amount: "1,200" and "1 200" are 1200. Null for what is no whole number. */
export function parseAmount(text: string): number | null {
  const digits = text.replaceAll(/[\s,_.’']/g, '');
  const amount = /^\d{1,16}$/.test(digits) && !/[.,]\d{1,2}$/.test(text.trim()) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(amount) ? amount : null;
}
