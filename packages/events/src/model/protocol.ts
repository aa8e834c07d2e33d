/** The order and the safeguards in which the engine does things. A model of another one must not hold. */
export interface Protocol {
  /** A message is deleted when each of its handlers has finished or waits in Postgres. */
  readonly ackLast: boolean;
  /** A handler's effect commits with the row that says so, and not where there is one. */
  readonly inbox: boolean;
  /** The deletion of pointers commits after their messages have been sent. */
  readonly sendFirst: boolean;
  /** An effect has a committed lease before it runs. */
  readonly lease: boolean;
  /** What is due leaves the schedule in the statement that puts it into the outbox. */
  readonly promoteAtOnce: boolean;
  /** A delivery ends once: a failure is not charged to what has finished, and what is dead does not finish. */
  readonly endOnce: boolean;
  /** An ordered handler does not start while an earlier event of the subject is unfinished for it. */
  readonly order: boolean;
}

/** The engine's. */
export const PROTOCOL: Protocol = {
  ackLast: true,
  inbox: true,
  sendFirst: true,
  lease: true,
  promoteAtOnce: true,
  endOnce: true,
  order: true,
};
