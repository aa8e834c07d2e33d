/** A request as it was sent. */
export interface Draft {
  readonly title: string;
  readonly details: string;
  readonly amount: number;
}

/**
 * By the creator's id, requests that were sent and of which nobody knows yet whether they were made. The session keeps them: whoever
 * closes the form after a lost answer, or leaves its page, can send the very same again.
 */
export type Drafts = Map<string, Draft>;
