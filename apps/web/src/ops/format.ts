/** A moment of today as operators read it, to the millisecond, in their zone. */
export function clockTime(at: string): string {
  const moment = new Date(at);
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(
    moment,
  );
  return `${clock}.${String(moment.getMilliseconds()).padStart(3, '0')}`;
}

/** The same with its day. */
export function fullTime(at: string): string {
  return `${new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' }).format(new Date(at))}, ${clockTime(at)}`;
}

/** How long something took. @param ms milliseconds */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** `user:019aa3f2-…-5be1f0c2a911` as `user:019aa3f2…a911`: enough to tell two apart in a column. */
export function shortId(id: string): string {
  return id.replace(/([0-9a-f]{8})-[0-9a-f-]{20,24}([0-9a-f]{4})/i, '$1…$2');
}
