export {
  type Channel,
  type ClientData,
  clientView,
  defineEvent,
  EVENT_TYPE_PATTERN,
  type EventContract,
  type EventData,
  type PushRule,
} from './contract';
export { type Actor, type EventEnvelope, envelopeSchema } from './envelope';
