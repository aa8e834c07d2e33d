import { deepStrictEqual } from 'node:assert';
import { eventually } from '@skelly/testkit';
import type { ClientFrame, PublicationFrame, ServerFrame } from '@skelly/types/live';
import { serverFrameSchema } from '@skelly/types/protocol';
import { WebSocket } from 'ws';

/** A client without the SDK: it sees every frame and every close as they are. */
export interface TestSocket {
  readonly raw: WebSocket;
  readonly frames: readonly ServerFrame[];
  readonly publications: readonly PublicationFrame[];
  /** Status of the answer that refused the upgrade. */
  readonly refusedWith: number | undefined;
  send(frame: ClientFrame): void;
  /** Sends `subscribe` and waits for the answer. */
  subscribe(channel: string, since?: { offset: number; epoch: string }): Promise<ServerFrame>;
  waitFor<T extends ServerFrame['t']>(t: T): Promise<Extract<ServerFrame, { t: T }>>;
  waitForPublications(count: number): Promise<readonly PublicationFrame[]>;
  waitForClose(withinMs?: number): Promise<{ code: number; reason: string }>;
  drop(): void;
}

export function openTestSocket(url: string, headers: Record<string, string>): TestSocket {
  const raw = new WebSocket(url, { headers });
  const frames: ServerFrame[] = [];
  const publications: PublicationFrame[] = [];
  let closed: { code: number; reason: string } | undefined;
  let refusedWith: number | undefined;
  let requests = 0;

  raw.on('message', (data) => {
    // Whatever a test is about: the gateway sends nothing that the published schema does not describe.
    const given = JSON.parse(data.toString());
    deepStrictEqual(serverFrameSchema.parse(given), given);
    const frame = given as ServerFrame;
    frames.push(frame);
    if (frame.t === 'pub') publications.push(frame);
  });
  raw.on('close', (code, reason) => {
    closed = { code, reason: reason.toString() };
  });
  raw.on('unexpected-response', (_request, response) => {
    refusedWith = response.statusCode;
    response.destroy();
  });
  raw.on('error', () => undefined);

  const socket: TestSocket = {
    raw,
    frames,
    publications,
    get refusedWith() {
      return refusedWith;
    },
    send: (frame) => raw.send(JSON.stringify(frame)),
    async subscribe(channel, since) {
      await socket.waitFor('welcome');
      requests += 1;
      const id = requests;
      socket.send({ t: 'subscribe', id, channel, ...(since ? { since } : {}) });
      return eventually(`an answer for ${channel}`, () => frames.find((frame) => 'id' in frame && frame.id === id));
    },
    waitFor: (t) =>
      eventually(`a frame ${t}`, () =>
        frames.find((frame): frame is Extract<ServerFrame, { t: typeof t }> => frame.t === t),
      ),
    waitForPublications: (count) =>
      eventually(`${count} publications`, () => (publications.length >= count ? publications : undefined)),
    waitForClose: (withinMs = 5_000) => eventually('a close', () => closed, { withinMs }),
    drop: () => raw.terminate(),
  };
  return socket;
}
