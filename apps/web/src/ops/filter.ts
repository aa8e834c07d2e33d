/** What a type filter may hold; the API refuses more. Whatever else somebody types is left out. */
export function cleanType(given: string | readonly string[] | null | undefined): string {
  if (typeof given !== 'string') return '';
  return given
    .toLowerCase()
    .replace(/[^a-z0-9:.-]/g, '')
    .slice(0, 100);
}

/** The address of a page of events. */
export function eventsPath({ type, before }: { readonly type: string; readonly before?: number }): string {
  const query = new URLSearchParams({ limit: '50' });
  if (type) query.set('type', type);
  if (before !== undefined) query.set('before', String(before));
  return `/api/ops/events?${query}`;
}
