import type { Currency } from '@skelly/types/wallet';

const currencies: readonly Currency[] = ['points', 'gems'];

/** What an address asks for. */
export type Asked = (name: string) => string;

/** The currency of an address; points unless it names another one. */
export function currencyOf(asked: Asked): Currency {
  return currencies.find((currency) => currency === asked('currency')) ?? 'points';
}
