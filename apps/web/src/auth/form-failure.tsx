import type { ReactNode } from 'react';
import { nextWords, shortWords } from '../http/failure-words';
import { type Failure, isUnknown } from '../http/send';
import { Notice } from '../ui/notice';

interface FormFailureProps {
  readonly failure: Failure | null;
  /** What is true although it failed, such as "No account was made twice." */
  readonly comfort: string;
  /** Words for refusals that this form knows, by their code. */
  readonly known: Readonly<Record<string, ReactNode>>;
}

/** Why the form was not accepted, above its button. */
export function FormFailure({ failure, comfort, known }: FormFailureProps) {
  if (!failure) return null;
  if (failure.kind === 'refused' && !isUnknown(failure))
    return known[failure.problem.code] ?? <Notice tone="failed" role="alert" title={shortWords(failure)} />;
  return (
    <Notice tone="held" role="alert" title={shortWords(failure)}>
      {failure.kind === 'offline' ? 'What you typed is kept. ' : null}
      {nextWords(failure, comfort)}
    </Notice>
  );
}
