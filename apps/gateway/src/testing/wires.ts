import { once } from 'node:events';
import type { Socket } from 'node:net';
import { eventually } from '@skelly/testkit';
import type { PublicationFrame, ServerFrame } from '@skelly/types/live';
import { WebSocket } from 'ws';
import type { TestGateway, TestMember } from './gateway-harness';
import { openTestStream } from './test-stream';

/** A way on which a member follows channels, with every byte that came by it. */
export interface OpenWire {
  /** What has come since every channel was followed, as it was on the network. */
  bytes(): Buffer;
  publications(): readonly PublicationFrame[];
  close(): void;
}

/** A kind of wire. */
export interface Wire {
  readonly name: string;
  /** Resolves when every channel is followed. */
  open(gateway: TestGateway, member: TestMember, channels: readonly string[]): Promise<OpenWire>;
}

const webSocketWire: Wire = {
  name: 'WebSocket',
  async open(gateway, member, channels) {
    const socket = new WebSocket(gateway.url, { headers: { cookie: member.cookie } });
    const chunks: Buffer[] = [];
    const frames: ServerFrame[] = [];
    // Before the parser has the connection, so below everything that reads frames.
    socket.on('upgrade', ({ socket: raw }: { socket: Socket }) =>
      raw.on('data', (chunk: Buffer) => chunks.push(chunk)),
    );
    socket.on('message', (text) => frames.push(JSON.parse(text.toString())));
    await once(socket, 'open');
    for (const [id, channel] of channels.entries()) socket.send(JSON.stringify({ t: 'subscribe', id, channel }));
    await eventually(`${member.userId} to follow ${channels.join(', ')}`, () => {
      const refusal = frames.find(({ t }) => t === 'error');
      if (refusal) throw new Error(`${channels.join(', ')}: ${JSON.stringify(refusal)}`);
      return frames.filter(({ t }) => t === 'subscribed').length === channels.length;
    });
    const before = Buffer.concat(chunks).length;
    return {
      bytes: () => Buffer.concat(chunks).subarray(before),
      publications: () => frames.filter((frame) => frame.t === 'pub'),
      close: () => socket.terminate(),
    };
  },
};

const eventStreamWire: Wire = {
  name: 'server-sent events',
  async open(gateway, member, channels) {
    const query = new URLSearchParams(channels.map((channel): [string, string] => ['channel', channel]));
    const stream = await openTestStream(`${gateway.http}/stream?${query}`, { cookie: member.cookie });
    await eventually(`${member.userId} to follow ${channels.join(', ')}`, () => {
      if (stream.answer.statusCode !== 200) throw new Error(`${channels.join(', ')}: ${stream.raw}`);
      return stream.frames.filter(({ t }) => t === 'subscribed').length === channels.length;
    });
    const before = stream.raw.length;
    return {
      bytes: () => Buffer.from(stream.raw.slice(before)),
      publications: () => stream.publications,
      close: () => stream.drop(),
    };
  },
};

/** Every wire on which messages leave a gateway. */
export const wires: readonly Wire[] = [webSocketWire, eventStreamWire];
