import type { ModelRequest } from './ledger-model';

/** What a till is asked: operations at once, or one after the other in a unit of work. Each has a key. */
export interface Job {
  readonly requests: readonly ModelRequest[];
  readonly inUnit: boolean;
}

/** What one operation was answered for good. */
export type JobAnswer = { readonly result: object } | { readonly refused: string };

/** An operation with its answer, and when it was under way, by the crowd's own count of moments. */
export interface Answered {
  readonly request: ModelRequest;
  readonly answer: JobAnswer;
  readonly begun: number;
  readonly ended: number;
}

/** An answer in one form, however its fields are ordered. */
export function sameForm(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
