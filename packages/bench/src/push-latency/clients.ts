import { eventually } from '@skelly/testkit';
import { WebSocket } from 'ws';
import type { BenchMember } from '../e2e/members';
import { serveContender } from '../harness/contender';
import { machineTime } from './clock';

export interface ClientsArgument {
  readonly url: string;
  readonly origin: string;
  readonly members: readonly BenchMember[];
}

/** Milliseconds that the last frame may take. */
const GIVE_UP_MS = 20_000;

const AT_ONCE = 20;

/** A socket of every member; answers with the time of each frame, by its notification. The same for ours and for the peer. */
serveContender<ClientsArgument>(async ({ url, origin, members }) => {
  let received: Record<string, number> = {};

  /** Resolves when the member follows their channel. */
  async function connect({ userId, token }: BenchMember): Promise<WebSocket> {
    const socket = new WebSocket(url, { headers: { cookie: `skelly_session=${token}`, origin } });
    const subscribed = new Promise<void>((resolve, reject) => {
      socket.once('close', (code) => reject(new Error(`A client was closed with ${code}.`)));
      socket.on('message', (text) => {
        const at = machineTime();
        const frame = JSON.parse(text.toString());
        if (frame.t === 'welcome') socket.send(JSON.stringify({ t: 'subscribe', id: 1, channel: `user:${userId}` }));
        if (frame.t === 'subscribed') resolve();
        if (frame.t === 'pub') received[frame.data.notificationId] = at;
      });
    });
    await subscribed;
    return socket;
  }

  const sockets: WebSocket[] = [];
  // A few at a time: how fast connections open is another bench's matter.
  for (let next = 0; next < members.length; next += AT_ONCE) {
    sockets.push(...(await Promise.all(members.slice(next, next + AT_ONCE).map(connect))));
  }
  return {
    commands: {
      /** The times of so many frames, once they have come; the next call begins anew. */
      async received(count: number): Promise<Record<string, number>> {
        await eventually(`${count} frames`, () => Object.keys(received).length >= count, { withinMs: GIVE_UP_MS });
        const taken = received;
        received = {};
        return taken;
      },
    },
    async stop() {
      for (const socket of sockets) socket.terminate();
    },
  };
});
