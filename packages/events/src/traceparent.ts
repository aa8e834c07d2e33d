/** Whether a W3C `traceparent` of version 00 is of a trace that is recorded, as its flag says. */
export function isRecorded(traceparent: string | null): traceparent is string {
  return traceparent !== null && (Number.parseInt(traceparent.slice(-2), 16) & 1) === 1;
}
