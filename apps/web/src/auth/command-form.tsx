import type { ReactNode } from 'react';
import { Button } from '../ui/button';
import { FormFailure } from './form-failure';
import type { CommandForm as Command } from './use-command-form';

interface CommandFormProps {
  readonly form: Command;
  /** The words of its button. */
  readonly action: string;
  /** What is true although it failed, such as "No account is made twice." */
  readonly comfort: string;
  /** The id of what says what the button does. */
  readonly describedBy?: string;
  /** Words for refusals that this form knows, by their code. */
  readonly known: Readonly<Record<string, ReactNode>>;
  /** Its fields. */
  readonly children: ReactNode;
}

/** The fields of a command, why it was not accepted, and its button. */
export function CommandForm({ form, action, comfort, describedBy, known, children }: CommandFormProps) {
  return (
    <form
      method="post"
      noValidate
      data-ready={form.ready}
      onFocus={form.prepare}
      onSubmit={form.submit}
      onInput={form.touch}
      className="grid gap-3"
    >
      {children}
      <FormFailure failure={form.failure} comfort={comfort} known={known} />
      <Button type="submit" pending={form.pending} aria-describedby={describedBy} className="mt-1 h-11 w-full">
        {action}
      </Button>
    </form>
  );
}
