import type { z } from 'zod';
import { type ClientFrame, LIVE_PROTOCOL_VERSION, type ServerFrame } from '../live';
import { clientFrameSchema, clientFrames, createProtocolSchema, serverFrameSchema, serverFrames } from './index';

/** Does not compile where a frame's type allows what its schema does not. */
type Allows<Schema extends z.ZodType, Frame> = [Frame] extends [z.input<Schema>] ? true : never;

test('schemas take every frame of the types', () => {
  const client: Allows<typeof clientFrameSchema, ClientFrame> = true;
  const server: Allows<typeof serverFrameSchema, ServerFrame> = true;
  const names: Record<ClientFrame['t'] | ServerFrame['t'], true> = {
    subscribe: true,
    unsubscribe: true,
    ping: true,
    welcome: true,
    subscribed: true,
    pub: true,
    unsubscribed: true,
    pong: true,
    error: true,
  };
  expect([client, server]).toEqual([true, true]);
  expect(Object.keys({ ...clientFrames, ...serverFrames }).sort()).toEqual(Object.keys(names).sort());
});

test('a receiver may get fields that it does not know', () => {
  expect(serverFrameSchema.safeParse({ t: 'pong', later: 1 }).success).toBe(true);
  expect(clientFrameSchema.safeParse({ t: 'ping', later: 1 }).success).toBe(true);
});

test('the document has a definition for each frame, and the version', () => {
  const { $defs, title } = createProtocolSchema() as {
    $defs: Record<string, { oneOf?: { $ref: string }[] }>;
    title: string;
  };
  expect(title).toContain(`version ${LIVE_PROTOCOL_VERSION}`);
  const named = [...($defs['ClientFrame']?.oneOf ?? []), ...($defs['ServerFrame']?.oneOf ?? [])];
  expect(named.map(({ $ref }) => $ref.replace('#/$defs/', '')).sort()).toEqual(
    Object.keys($defs)
      .filter((name) => !name.endsWith('Frame'))
      .sort(),
  );
});
