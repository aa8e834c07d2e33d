export {
  type Channel,
  type ClientData,
  type ClientEventRule,
  type ClientIdentity,
  type ClientInput,
  clientView,
  defineEvent,
  EVENT_TYPE_PATTERN,
  type EventContract,
  type EventData,
  type PushRule,
} from './contract';
export { type Actor, type EventEnvelope, envelopeSchema } from './envelope';
export { PAYLOAD_BYTES } from './payload';
export { defineQuery, type QueryContract, type QueryData, type QueryReply } from './query';
