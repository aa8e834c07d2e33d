import type { ReactNode } from 'react';
import type { Failure } from '../http/send';
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
  if (failure.kind === 'refused') {
    if (failure.isUnsettled) {
      return (
        <Notice tone="held" role="alert" title={failure.problem.detail}>
          We do not know yet whether it was done. Look whether it was done before you try again.
        </Notice>
      );
    }
    return known[failure.problem.code] ?? <Notice tone="failed" role="alert" title={failure.problem.detail} />;
  }
  if (failure.kind === 'offline') {
    return (
      <Notice tone="held" role="alert" title="No connection">
        What you typed is kept. {comfort} Try again when you are back online.
      </Notice>
    );
  }
  if (failure.kind === 'busy') {
    return (
      <Notice tone="held" role="alert" title="Skelly is short of breath">
        {comfort} Try again {failure.retryAfter ? `in ${failure.retryAfter} seconds` : 'in a moment'}.
      </Notice>
    );
  }
  return (
    <Notice tone="failed" role="alert" title="That did not work">
      Something broke on our side. {comfort} Try again in a moment.
    </Notice>
  );
}
