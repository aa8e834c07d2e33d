/** One server-sent event. */
export interface ServerEvent {
  readonly event: string;
  readonly data: string;
  /** Milliseconds until the server wants to see the reader again. */
  readonly retry: number | undefined;
}

/** Takes text as it comes, in pieces of any size, and gives the events that are whole. Comments are none. */
export function createEventReader(): (text: string) => ServerEvent[] {
  let rest = '';
  return (text) => {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    const events: ServerEvent[] = [];
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => [line.split(':', 1)[0], line.slice(line.indexOf(':') + 2)]),
      );
      const data = fields.get('data');
      const retry = fields.get('retry');
      if (data !== undefined)
        events.push({ event: fields.get('event') ?? '', data, retry: retry === undefined ? undefined : Number(retry) });
    }
    return events;
  };
}
