import type { Fetch, OutgoingEvent } from '../post-events';

/** The events of each request, and the server's answers in a test's hands. */
export interface FakePosts {
  readonly fetch: Fetch;
  readonly posted: readonly (readonly OutgoingEvent[])[];
  /** What comes next: an answer, or none at all. @defaultValue an id for each event */
  answerNext(status: number, body: object, headers?: Readonly<Record<string, string>>): void;
  failNext(): void;
}

export function createFakePosts(): FakePosts {
  const posted: OutgoingEvent[][] = [];
  const answers: (() => Awaited<ReturnType<Fetch>>)[] = [];
  const answer = (status: number, body: object, headers: Readonly<Record<string, string>> = {}) => ({
    ok: status < 300,
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    json: async () => body,
  });
  return {
    posted,
    async fetch(_url, { body }) {
      const { events } = JSON.parse(body) as { events: OutgoingEvent[] };
      posted.push(events);
      return (
        answers.shift()?.() ?? answer(200, { eventIds: events.map(({ idempotencyKey }) => `id of ${idempotencyKey}`) })
      );
    },
    answerNext: (...given) => void answers.push(() => answer(...given)),
    failNext: () =>
      void answers.push(() => {
        throw new TypeError('fetch failed');
      }),
  };
}
