/** What one operation moves at most. The contract's own bound, without the schema library that comes with it; a test compares them. */
export const MAX_AMOUNT = 1_000_000_000_000;
