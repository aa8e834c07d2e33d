/** Kinds of broken promise. */
export type ProblemKind =
  /** An event was not done for a handler, and nothing waits that would do it. */
  | 'lost'
  /** Something that must be done once was done twice, or what must not be done was. */
  | 'twice'
  /** It ended otherwise than it should: a reason is missing, something died that should not. */
  | 'wrong'
  /** Something is left over that must not be. */
  | 'left';

/** A promise that did not hold. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly text: string;
}

/** A problem of a kind unless the number is 0. */
export function unlessZero(kind: ProblemKind, what: string, found: number, examples = ''): readonly Problem[] {
  return found === 0 ? [] : [{ kind, text: `${what}: ${found}${examples && `, such as ${examples}`}` }];
}
