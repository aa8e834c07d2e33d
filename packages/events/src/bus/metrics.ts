/** What a bus counts, by the names under which it is watched. */
export interface BusMetrics {
  /** Events that were taken; repetitions are not among them. */
  EVENT_PUBLISHED: number;
  /** Publications of an event whose id or key had been handled. */
  EVENT_DUPLICATE_DETECTED: number;
  /** Events that nobody has subscribed to. */
  EVENT_NO_SUBSCRIBERS: number;
  /** Calls of subscribers that went well. */
  EVENT_HANDLER_SUCCESS: number;
  /** Calls that failed, each try for itself. */
  EVENT_HANDLER_ERROR: number;
}

export function createBusMetrics(): BusMetrics {
  return {
    EVENT_PUBLISHED: 0,
    EVENT_DUPLICATE_DETECTED: 0,
    EVENT_NO_SUBSCRIBERS: 0,
    EVENT_HANDLER_SUCCESS: 0,
    EVENT_HANDLER_ERROR: 0,
  };
}
