export { currentEventContext, type EventContext, withEventContext } from './context';
export {
  AT_ONCE,
  DISCARDED_BY,
  discardDeadLetters,
  editDeadLetter,
  type Retried,
  retryDeadLetters,
} from './dead-letters/resolve';
export { type RetryRunOptions, type RetryRunProgress, type RetryRunResult, runRetries } from './dead-letters/retry-run';
export { DeadLetterError, type DeadLetterSelection } from './dead-letters/selection';
export {
  type DeadLetter,
  type DeadLetterDetail,
  type DeadLetterGroup,
  groupDeadLetters,
  listDeadLetters,
  showDeadLetter,
} from './dead-letters/triage';
export {
  BatchFailure,
  EmitError,
  EventDataError,
  EventError,
  HandlerTimeout,
  NonRetriable,
  RetryAfter,
  TransactionAbortedError,
  UnitOfWorkError,
  UnknownEventTypeError,
} from './errors';
export { createEventSystem, type EmitRequest, type EventSystem } from './event-system';
export {
  type BatchHandler,
  DEFAULT_QUEUE,
  defineBatchHandler,
  defineEffect,
  defineHandler,
  type EffectHandler,
  type Handler,
  type HandlerMap,
  MAX_BATCH_SIZE,
  MAX_CONCURRENCY,
  type RetryPolicy,
  type TransactionalHandler,
} from './handlers/handler';
export { createHandlerRegistry, type HandlerRegistry } from './handlers/registry';
export type { PushFrame } from './hints/frames';
export { createNotifier, HINT_CHANNELS, type Notifier } from './hints/notifier';
export { type CommandIdentity, IdempotencyConflict, once } from './idempotency';
export type { Log } from './log';
export { createPulse, type Pulse } from './pulse';
export { listQueues, type PeekedDelivery, peekQueue, type QueueState, QueueUnknownError } from './queues/inspect';
export { startPartitioner } from './relay/partitioner';
export { type Relay, startRelay } from './relay/relay';
export { startRetention } from './retention/retention';
export { registerRoutes, retireOtherRoutes } from './routes/routes';
export type { DueTime } from './schedule/due';
export { listRecurring, type RecurringSchedule, registerRecurring } from './schedule/recurring';
export { createSqsTransport } from './transport/sqs';
export type { QueueTransport, ReceivedMessage } from './transport/transport';
export type { EmitOptions, TimerOptions } from './unit-of-work/emit-options';
export type { UnitOfWork } from './unit-of-work/unit';
export { validateEventData } from './unit-of-work/validate';
export { type BreakerRow, listBreakers, resetBreaker } from './worker/trouble/breaker-store';
export { startWorker, type Worker } from './worker/worker';
