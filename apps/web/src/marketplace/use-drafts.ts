'use client';

import { useState } from 'react';

/** A request as it was sent. */
export interface Draft {
  readonly title: string;
  readonly details: string;
  readonly amount: number;
}

/** By the creator's id, requests that were sent and of which nobody knows yet whether they were made. */
export type Drafts = Map<string, Draft>;

/** Outlives the form that it was typed in: whoever closes that after a lost answer can send the very same again. */
export function useDrafts(): Drafts {
  const [drafts] = useState<Drafts>(() => new Map());
  return drafts;
}
