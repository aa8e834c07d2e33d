import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import type { BenchMember } from '../e2e/members';
import { serveContender } from '../harness/contender';
import { percentile } from '../harness/stats';
import { openLoop } from '../workload/open-loop';
import { ageOf, textOfNow } from './news';
import { createLinePublisher, createPushPublisher } from './publisher';
import { openRawSocket, type RawSocket } from './raw-socket';

/** What the clients connect to, and the way in of what they are sent. */
export interface ServerUnderTest {
  readonly port: number;
  readonly path: string;
  readonly source:
    | { readonly kind: 'pushes'; readonly databaseUrl: string }
    | { readonly kind: 'lines'; readonly port: number };
  readonly pid: number;
}

export interface LoadArgument {
  readonly server: ServerUnderTest;
  /** How a client enters. Members subscribe with their session. They are many, so they come by the command `enter`. */
  readonly entry:
    | {
        readonly kind: 'member';
        readonly origin: string;
        readonly follow: 'all' | 'own';
      }
    | { readonly kind: 'plain' }
    | { readonly kind: 'socket.io' };
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

interface Client extends RawSocket {
  isSlow: boolean;
  position: { offset: number; epoch: string } | undefined;
}

/** Handshakes under way at once: fewer than a listening socket takes in its backlog. */
const CONNECTING_AT_ONCE = 400;
/** Messages of one unit of work, and units under way at once, while a server is saturated. */
const BATCH = 16;
const UNITS = 2;
/** Messages that may be on their way to each client while a server is saturated: less than a slow reader is closed for. */
const WINDOW = 512;
/** One client in so many reads its messages; the others count them. */
const READ_ONE_IN = 50;
const GIVE_UP_MS = 120_000;

/** Thousands of clients in one process of their own, and the publisher of what they are sent. */
serveContender<LoadArgument>(async ({ server, entry }) => {
  let members: readonly BenchMember[] = [];
  const { source } = server;
  const publisher =
    source.kind === 'pushes'
      ? createPushPublisher(source.databaseUrl, (client) => members[client]?.userId ?? '')
      : await createLinePublisher(source.port);
  let clients: Client[] = [];
  let received = 0;
  let closed: string | undefined;
  let isClosing = false;

  async function open(nth: number, since: Client['position']): Promise<Client> {
    return new Promise((resolve, reject) => {
      let isReady = false;
      const member = members[nth];
      const headers: Record<string, string> =
        entry.kind === 'member' ? { origin: entry.origin, cookie: `skelly_session=${member?.token}` } : {};
      const ready = () => {
        isReady = true;
        socket.onText = undefined;
        resolve(client);
      };
      const socket = openRawSocket({
        port: server.port,
        path: entry.kind === 'plain' ? `/?${nth}` : server.path,
        headers,
        onOpen() {
          if (entry.kind === 'plain') ready();
        },
        onText(text) {
          if (entry.kind === 'socket.io') {
            if (text.startsWith('0')) socket.send('40');
            if (text.startsWith('40')) ready();
            return false;
          }
          const frame = JSON.parse(text) as { t: string; offset: number; epoch: string };
          if (frame.t === 'welcome' && entry.kind === 'member') {
            const channel = entry.follow === 'all' ? 'all' : `user:${member?.userId}`;
            socket.send(JSON.stringify({ t: 'subscribe', id: 1, channel, since }));
          }
          if (frame.t === 'subscribed') {
            client.position = { offset: frame.offset, epoch: frame.epoch };
            ready();
          }
          return false;
        },
        onMessages(count) {
          if (isReady && !client.isSlow) received += count;
        },
        onClose(why) {
          if (!isReady) reject(new Error(`Client ${nth} was not let in: ${why}`));
          else if (!client.isSlow && !isClosing) closed ??= `client ${nth}: ${why}`;
        },
      });
      const client: Client = Object.assign(socket, { isSlow: false, position: undefined });
    });
  }

  function dropAll(): void {
    isClosing = true;
    for (const client of clients) client.drop();
    clients = [];
  }

  /** Opens clients until there are so many. */
  async function connectUpTo(count: number, positions: readonly Client['position'][] = []): Promise<void> {
    isClosing = false;
    let next = clients.length;
    const worker = async () => {
      while (next < count) {
        const nth = next;
        next += 1;
        clients[nth] = await open(nth, positions[nth]);
      }
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, worker));
  }

  const assertOpen = () => {
    if (closed) throw new Error(`A connection was closed: ${closed}`);
  };

  /** Resolves when so many messages have come since `received` was set to 0. */
  async function until(count: number): Promise<void> {
    for (const begun = performance.now(); received < count; await turn()) {
      assertOpen();
      if (performance.now() - begun > GIVE_UP_MS) throw new Error(`${received} of ${count} messages came.`);
    }
  }

  const listeners = () => clients.filter(({ isSlow }) => !isSlow).length;

  return {
    commands: {
      async enter(given: readonly BenchMember[]) {
        members = given;
      },
      /** Opens clients until there are so many. */
      connect: async (count: number) => connectUpTo(count),
      /** One client in so many stops reading. */
      async slowDown(oneIn: number) {
        for (const [nth, client] of clients.entries()) {
          if (nth % oneIn !== 0) continue;
          client.isSlow = true;
          client.pause();
        }
      },
      /** As much as the server carries; returns deliveries a second. */
      async saturate({ seconds, warmUp }: { seconds: number; warmUp: number }): Promise<number> {
        const count = listeners();
        let published = 0;
        let isOver = false;
        received = 0;
        const feed = async () => {
          while (!isOver) {
            if (published - received / count > WINDOW) await delay(1);
            else {
              published += BATCH;
              await publisher.publish(Array.from({ length: BATCH }, () => ({ to: null, text: textOfNow() })));
              await turn();
            }
          }
        };
        const feeding = Promise.all(Array.from({ length: UNITS }, feed));
        await delay(warmUp * 1_000);
        const before = { received, at: performance.now() };
        await delay(seconds * 1_000);
        const rate = ((received - before.received) / (performance.now() - before.at)) * 1_000;
        isOver = true;
        await feeding;
        await until(published * count);
        return rate;
      },
      /** Messages at a fixed rate, whatever becomes of them; returns milliseconds from publishing to the client. */
      async offer({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<Latency> {
        const ages: number[] = [];
        const readers = clients.filter((client, nth) => !client.isSlow && nth % READ_ONE_IN === 1);
        for (const reader of readers)
          reader.onText = (text) => {
            const age = ageOf(text);
            if (age !== undefined) ages.push(age);
            return true;
          };
        const count = listeners();
        received = 0;
        const total = Math.round(perSecond * seconds);
        await openLoop({ perSecond, seconds }, () => publisher.publish([{ to: null, text: textOfNow() }]));
        await until(total * count);
        for (const reader of readers) reader.onText = undefined;
        return { p50: percentile(ages, 0.5), p99: percentile(ages, 0.99) };
      },
      /** One message for each client, in random order, again and again; returns deliveries a second after the commit. */
      async scatter({ rounds }: { rounds: number }): Promise<number> {
        let spent = 0;
        for (let round = 0; round < rounds; round += 1) {
          const order = shuffled(clients.length);
          received = 0;
          const messages = order.map((to) => ({ to, text: textOfNow() }));
          await publisher.publish(messages);
          const begun = performance.now();
          await until(order.length);
          spent += performance.now() - begun;
        }
        return (rounds * clients.length * 1_000) / spent;
      },
      /** Each client goes, misses so many messages, and comes back with all others; returns milliseconds until all are live. */
      async comeBack({ missed }: { missed: number }): Promise<number> {
        const positions = clients.map(({ position }) => position);
        const count = clients.length;
        dropAll();
        for (let nth = 0; nth < missed; nth += 1) {
          for (let from = 0; from < count; from += 1_000) {
            const to = Array.from({ length: Math.min(1_000, count - from) }, (_, index) => from + index);
            await publisher.publish(to.map((client) => ({ to: client, text: textOfNow() })));
          }
        }
        await delay(2_000);
        received = 0;
        const begun = performance.now();
        await connectUpTo(count, positions);
        await until(missed * count);
        return performance.now() - begun;
      },
    },
    async stop() {
      dropAll();
      await publisher.close();
    },
  };
});

function shuffled(count: number): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  return order;
}
