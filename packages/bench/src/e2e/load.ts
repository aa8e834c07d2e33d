import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { ServerFrame } from '@skelly/types/live';
import { WebSocket } from 'ws';
import { serveContender } from '../harness/contender';
import { percentile } from '../harness/stats';
import { openLoop } from '../workload/open-loop';
import type { BenchMember } from './members';

export interface LoadArgument {
  readonly apiUrl: string;
  readonly gatewayUrl: string;
  readonly origin: string;
  readonly members: readonly BenchMember[];
}

export interface LoadRun {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Milliseconds from the start of the request to the frame in the client. */
export interface LoadTimes {
  /** To the frame that comes of the event's handling, at the end of the whole way. */
  readonly handled: { readonly p50: number; readonly p99: number };
  /** To the frame of the command's own event, where it has one. */
  readonly own?: { readonly p50: number; readonly p99: number };
}

/** Milliseconds that a frame may take before the run has failed. */
const GIVE_UP_MS = 20_000;
const HANDLED = 'notification:created';
const OWN = 'notification:inbox.read';

interface Client {
  readonly cookie: string;
  onFrame: (type: string) => void;
  close(): void;
}

/**
 * Members with an open page each, who command at a fixed rate: the one who has waited longest goes next. The same program
 * for ours and for the hand-written chain.
 */
serveContender<LoadArgument>(async ({ apiUrl, gatewayUrl, origin, members }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  const idle = await Promise.all(members.map((member) => connect(gatewayUrl, origin, member)));
  const clients = [...idle];

  async function command(times: { handled: number[]; own: number[] }): Promise<void> {
    const client = idle.shift();
    if (!client) throw new Error(`All ${members.length} members wait for their frames: the chain does not keep up.`);
    const begun = performance.now();
    const framed = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No frame within ${GIVE_UP_MS} ms.`)), GIVE_UP_MS);
      client.onFrame = (type) => {
        if (type === OWN) times.own.push(performance.now() - begun);
        if (type !== HANDLED) return;
        times.handled.push(performance.now() - begun);
        clearTimeout(timer);
        resolve();
      };
    });
    await Promise.all([post(agent, apiUrl, client.cookie), framed]);
    idle.push(client);
  }

  return {
    commands: {
      async run(load: LoadRun): Promise<LoadTimes> {
        const times = { handled: [] as number[], own: [] as number[] };
        await openLoop(load, () => command(times));
        const summary = (waits: number[]) => ({ p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) });
        return { handled: summary(times.handled), ...(times.own.length > 0 ? { own: summary(times.own) } : {}) };
      },
    },
    async stop() {
      for (const client of clients) client.close();
      agent.destroy();
    },
  };
});

/** Opens a member's page: a socket that follows their channel. */
async function connect(url: string, origin: string, { userId, token }: BenchMember): Promise<Client> {
  const cookie = `skelly_session=${token}`;
  const socket = new WebSocket(url, { headers: { cookie, origin } });
  const client: Client = { cookie, onFrame: () => undefined, close: () => socket.terminate() };
  let subscribed = () => {};
  const following = new Promise<void>((resolve) => {
    subscribed = resolve;
  });
  socket.on('message', (text) => {
    const frame = JSON.parse(text.toString()) as ServerFrame;
    if (frame.t === 'welcome') socket.send(JSON.stringify({ t: 'subscribe', id: 1, channel: `user:${userId}` }));
    if (frame.t === 'subscribed') subscribed();
    if (frame.t === 'pub') client.onFrame(frame.type);
  });
  await once(socket, 'open');
  await following;
  return client;
}

function post(agent: Agent, url: string, cookie: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: { cookie, 'content-length': 0 } }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}
