/** Base of what the backbone throws on purpose: a stable code, and a message that says what to do. */
export class EventError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The data of an event does not satisfy its contract, or cannot be carried. Nothing was written. */
export class EventDataError extends EventError {
  constructor(
    readonly type: string,
    readonly issues: readonly { readonly path: string; readonly message: string }[],
  ) {
    const text = issues.map(({ path, message }) => `${path || '(data)'}: ${message}`).join('; ');
    super(
      'event_data_invalid',
      `${type} was not emitted: ${text}. Correct the data, or the contract in packages/types.`,
    );
  }
}

/** The catalog has no such event type. */
export class UnknownEventTypeError extends EventError {
  constructor(type: string) {
    super('event_type_unknown', `No contract has the type "${type}". Add it to packages/types/src/events.ts.`);
  }
}

/** Events were asked for in a way that cannot be done. Nothing was written. */
export class EmitError extends EventError {}

/** What makes an {@link EmitError} of a wrong due time. */
export function dueTimeError(path: string, message: string): EmitError {
  return new EmitError('due_time_invalid', `Nothing was rescheduled: ${path} ${message}.`);
}

/** A unit of work was used where it must not be: outside its callback, or with another opened inside it. */
export class UnitOfWorkError extends EventError {}

/** An earlier statement had failed and its error was swallowed: the database answers ROLLBACK to COMMIT. Nothing was written. */
export class TransactionAbortedError extends EventError {
  constructor(options?: ErrorOptions) {
    super(
      'transaction_aborted',
      'The database rolled back at commit: a statement had failed and its error was swallowed. Let SQL errors pass, or use a savepoint.',
      options,
    );
  }
}

/** Subscribers of a bus have failed for good; the others have handled the event. */
export class SubscribersFailed extends EventError {
  /** @param failures the last error of each, by subscriber id. */
  constructor(
    readonly type: string,
    readonly failures: ReadonlyMap<string, unknown>,
  ) {
    super(
      'subscribers_failed',
      `${type} was not handled by ${[...failures.keys()].join(', ')}. Publish it again under the same key once the cause is mended: the others are left out then.`,
      { cause: failures.values().next().value },
    );
  }
}

/** A handler throws it when trying again cannot help. The event goes to the dead letters for this handler at once. */
export class NonRetriable extends Error {
  override readonly name = 'NonRetriable';
}

/** A handler throws it to say itself when the next try makes sense. It counts as a failed try. */
export class RetryAfter extends Error {
  override readonly name = 'RetryAfter';

  /** @param delayMs milliseconds from now, 0 or more, 30 days at most; with what is no number the policy's backoff is used. */
  constructor(
    message: string,
    readonly delayMs: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * A batch handler throws it to name the events that are at fault. Its unit of work rolls back; each named event is charged
 * with its own error, as a failed try of it alone, and the others run again without them.
 */
export class BatchFailure extends Error {
  override readonly name = 'BatchFailure';

  /** @param failures the error of each event at fault, by event id. An id that is not in the batch is ignored. */
  constructor(
    readonly failures: ReadonlyMap<string, unknown>,
    options?: ErrorOptions,
  ) {
    super(`${failures.size} events of a batch failed.`, options);
  }
}

/** A handler did not finish within its timeout. Its unit of work was revoked. */
export class HandlerTimeout extends Error {
  override readonly name = 'HandlerTimeout';

  constructor(handler: string, timeoutMs: number) {
    super(`${handler} did not finish within ${timeoutMs} ms.`);
  }
}
