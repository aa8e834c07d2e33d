/** A command that takes longer than this is shown as pending, milliseconds. */
export const PENDING_AFTER_MS = 400;
