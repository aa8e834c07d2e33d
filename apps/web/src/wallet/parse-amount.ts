/** A typed amount: "1,200" and "1 200" are 1200. Null for what is no whole number. */
export function parseAmount(text: string): number | null {
  const digits = text.replaceAll(/[\s,_.’']/g, '');
  const amount = /^\d{1,16}$/.test(digits) && !/[.,]\d{1,2}$/.test(text.trim()) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(amount) ? amount : null;
}
