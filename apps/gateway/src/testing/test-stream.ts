import { deepStrictEqual } from 'node:assert';
import { get, type IncomingMessage } from 'node:http';
import { eventually } from '@skelly/testkit';
import type { PublicationFrame, ServerFrame } from '@skelly/types/live';
import { serverFrameSchema } from '@skelly/types/protocol';

/** A reader of server-sent events without any library: it sees every byte. */
export interface TestStream {
  readonly answer: IncomingMessage;
  /** All that came, as text. */
  readonly raw: string;
  readonly frames: readonly ServerFrame[];
  readonly publications: readonly PublicationFrame[];
  /** What a browser would send as `Last-Event-ID`. */
  readonly lastEventId: string | undefined;
  /** The last event, when the server ended the stream. */
  readonly closed: { code: number; reason: string; reconnect: boolean } | undefined;
  readonly isEnded: boolean;
  waitForPublications(count: number): Promise<readonly PublicationFrame[]>;
  waitForClose(withinMs?: number): Promise<{ code: number; reason: string; reconnect: boolean }>;
  drop(): void;
}

/** Resolves when the answer's head is there, whatever its status. */
export function openTestStream(url: string, headers: Record<string, string> = {}): Promise<TestStream> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers, agent: false }, (answer) => resolve(read(answer)));
    request.on('error', reject);
  });
}

function read(answer: IncomingMessage): TestStream {
  let raw = '';
  let seen = 0;
  let lastEventId: string | undefined;
  let closed: TestStream['closed'];
  let isEnded = false;
  const frames: ServerFrame[] = [];
  const publications: PublicationFrame[] = [];

  function take(block: string): void {
    const fields = block.split('\n').map((line) => /^(\w*):? ?(.*)$/s.exec(line)?.slice(1) ?? []);
    const field = (name: string) => fields.find(([key]) => key === name)?.[1];
    const data = field('data');
    if (data === undefined) return;
    lastEventId = field('id') ?? lastEventId;
    const given = JSON.parse(data);
    if (field('event') === 'close') {
      closed = given;
      return;
    }
    deepStrictEqual(serverFrameSchema.parse(given), given);
    deepStrictEqual(field('event'), given.t);
    frames.push(given);
    if (given.t === 'pub') publications.push(given);
  }

  answer.setEncoding('utf8');
  answer.on('data', (text: string) => {
    raw += text;
    for (let end = raw.indexOf('\n\n', seen); end >= 0; end = raw.indexOf('\n\n', seen)) {
      take(raw.slice(seen, end));
      seen = end + 2;
    }
  });
  answer.on('close', () => {
    isEnded = true;
  });
  answer.on('error', () => undefined);
  return {
    answer,
    frames,
    publications,
    get raw() {
      return raw;
    },
    get lastEventId() {
      return lastEventId;
    },
    get closed() {
      return closed;
    },
    get isEnded() {
      return isEnded;
    },
    waitForPublications: (count) =>
      eventually(`${count} publications`, () => (publications.length >= count ? publications : undefined)),
    waitForClose: (withinMs = 5_000) => eventually('the last event', () => closed, { withinMs }),
    drop: () => answer.destroy(),
  };
}
