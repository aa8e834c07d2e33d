import { isContention, isUnavailable, sqlState, violatedConstraint } from '@skelly/db';
import { EventError } from '@skelly/events';

/** What is remembered does not tell what a group has to be answered. */
export class NotRemembered extends Error {}

/**
 * What the ledger's own rules raise when something has moved on since it was read. SL004: a wallet was remembered as opened, and what
 * opened it has not committed.
 */
const MOVED_ON = new Set(['SL001', 'SL002', 'SL004', 'SL006']);
const UNCERTAIN = /^(08|53|57|58|XX)/;

/** Whether a group may be decided anew on what the database says now. */
export function hasMovedOn(error: unknown): boolean {
  if (error instanceof NotRemembered || isContention(error) || MOVED_ON.has(sqlState(error) ?? '')) return true;
  return violatedConstraint(error) === 'escrow_pkey';
}

/** Whether nothing was written: the server refused it, or the unit of work before it. Without an answer nobody knows. */
export function isRefused(error: unknown): boolean {
  const state = sqlState(error);
  const refused = state === undefined ? error instanceof EventError : !UNCERTAIN.test(state);
  return refused && !isUnavailable(error);
}
