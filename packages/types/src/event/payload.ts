/** Bytes of an event's data: what EVENT_MAX_PAYLOAD_SIZE may say, and the most that SQS carries in one message. */
export const PAYLOAD_BYTES = { min: 1_024, max: 1_048_576, default: 1_048_576 } as const;
