/** Longest note. The contract's own bound, without the schema library that comes with it; a test compares them. */
export const NOTE_LENGTH = 500;
