export {
  listOperatorActions,
  type OperatorAction,
  type OperatorActionInput,
  recordDataShown,
  recordOperatorAction,
} from './audit/operator-action';
export type { BusEvent } from './bus/bus-event';
export { EventBus, type Published, type Subscription } from './bus/event-bus';
export type { BusMetrics } from './bus/metrics';
export type { EventBusOptions } from './bus/options';
export { type EventConfig, type EventVariables, eventConfigFrom } from './config/event-config';
export { currentEventContext, type EventContext, eventLogFields, withEventContext } from './context';
export {
  AT_ONCE,
  DISCARDED_BY,
  discardDeadLetters,
  editDeadLetter,
  type Retried,
  requireNote,
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
export {
  createEventSystem,
  type EmitRequest,
  type EventSystem,
  type EventSystemDependencies,
} from './event-system';
export { fnv1a } from './fnv';
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
  type RateLimit,
  type RetryPolicy,
  type TransactionalHandler,
} from './handlers/handler';
export type {
  Event,
  EventHandler,
  EventHandlerEntry,
  EventHandlerOptions,
  EventHandlerRegistration,
} from './handlers/registration';
export { createHandlerRegistry, type HandlerRegistry } from './handlers/registry';
export type { PushFrame } from './hints/frames';
export { createNotifier, HINT_CHANNELS, type Notifier } from './hints/notifier';
export { type CommandIdentity, IdempotencyConflict, once } from './idempotency';
export { newId } from './ids';
export type { Log } from './log';
export { breakCircuits } from './middleware/break-circuits';
export { handleErrors } from './middleware/handle-errors';
export { limitTime } from './middleware/limit-time';
export { logCalls } from './middleware/log-calls';
export { composeMiddleware, type HandlerCall, type Middleware } from './middleware/middleware';
export { rememberKeys } from './middleware/remember-keys';
export { type StandardMiddleware, standardMiddleware } from './middleware/standard';
export { traceCalls } from './middleware/trace-calls';
export { validateEvents } from './middleware/validate-events';
export type {
  AnswerObserver,
  AskObserver,
  EmitObserver,
  RelayObserver,
  SentMessage,
  TraceSent,
  WorkerObserver,
} from './observe';
export { createPulse, type Pulse } from './pulse';
export { type Answering, startAnswering } from './query/answering';
export { type Asker, type AskerCounts, createAsker, type QueryResponse } from './query/asker';
export { QueryError, type QueryFailure, QueryRefused } from './query/errors';
export {
  createResponderRegistry,
  defineResponder,
  type Question,
  type Responder,
  type ResponderRegistry,
} from './query/responder';
export { countOpen, discardOpen, type OpenDeliveries } from './queues/discard';
export { listQueues, type PeekedDelivery, peekQueue, type QueueState, QueueUnknownError } from './queues/inspect';
export { createLagReader } from './queues/lag';
export { checkMove, type MoveOptions, type MoveResult, moveMessages } from './queues/move';
export { type PeekedMessage, peekMessages } from './queues/peek-messages';
export { LOOKED_AT_MOST, type QueueSearch, searchQueues } from './queues/search';
export { startPartitioner } from './relay/partitioner';
export { type Relay, startRelay } from './relay/relay';
export { startForgetting } from './retention/forget-finished';
export { startRetention } from './retention/retention';
export { registerRoutes, retireOtherRoutes } from './routes/routes';
export type { DueTime } from './schedule/due';
export { listRecurring, type RecurringSchedule, type RecurringState, registerRecurring } from './schedule/recurring';
export type { WorkerSetup } from './system/worker-control';
export { createSqsTransport } from './transport/sqs';
export { QUERY_QUEUE, type QueueTransport, type ReceivedMessage } from './transport/transport';
export { columnParameters } from './unit-of-work/array-parameter';
export type { EmitOptions, TimerOptions } from './unit-of-work/emit-options';
export { insertion } from './unit-of-work/insertion';
export type { WritePart } from './unit-of-work/parts';
export { insideUnitOfWork } from './unit-of-work/transaction';
export type { UnitOfWork } from './unit-of-work/unit';
export { validateEventData } from './unit-of-work/validate';
export { type LimitedHandler, listRateLimited } from './worker/limit/line';
export { type BreakerRow, listBreakers, resetBreaker } from './worker/trouble/breaker-store';
export { startWorker, type Worker } from './worker/worker';
