import { EventError } from '../errors';

/** What can become of a question beside an answer. */
export type QueryFailure =
  /** No query has the type. */
  | 'query_unknown'
  /** The data does not satisfy the query; `issues` has each path. Nobody was asked. */
  | 'query_data_invalid'
  /** The time to wait is no whole number of milliseconds within the bounds. Nobody was asked. */
  | 'query_timeout_invalid'
  /** As many questions of this process as may be are unanswered. Nobody was asked. */
  | 'query_too_many'
  /** No responder of the query has been seen lately. Nobody was asked. */
  | 'query_no_responder'
  /** This process has no way to ask others. */
  | 'query_no_way'
  /** The queue did not take the question. */
  | 'query_not_sent'
  /** No answer came in time. Whether the question was heard is not known. */
  | 'query_timeout'
  /** The responder refused, and says why: `reason` and the message are its own. */
  | 'query_refused'
  /** The responder failed. Its log says why. */
  | 'query_responder_failed'
  /** The answer does not satisfy the query; `issues` has each path. */
  | 'query_reply_invalid'
  /** The process stopped before the answer came. */
  | 'query_closed';

/** A value of a question or an answer that is not as the query says. */
export interface QueryIssue {
  readonly path: string;
  readonly message: string;
}

/** A question without an answer. Its message is fit for whoever asked: nothing of a responder's inside is in it. */
export class QueryError extends EventError {
  /** Of `query_data_invalid` and `query_reply_invalid`. */
  readonly issues: readonly QueryIssue[];
  /** Of `query_refused`: the responder's own code. */
  readonly reason: string | undefined;

  constructor(
    override readonly code: QueryFailure,
    message: string,
    more: {
      readonly issues?: readonly QueryIssue[];
      readonly reason?: string | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, message, more.cause === undefined ? undefined : { cause: more.cause });
    this.issues = more.issues ?? [];
    this.reason = more.reason;
  }
}

/** A responder throws it when there is no answer and whoever asks may know why. Any other error stays inside. */
export class QueryRefused extends Error {
  override readonly name = 'QueryRefused';

  /**
   * @param code stable, for programs, such as `product_unknown`.
   * @param message for whoever asks.
   */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}
