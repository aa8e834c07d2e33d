import type { z } from 'zod';
import { type ClientFrame, LIVE_PROTOCOL_VERSION, type LiveErrorCode, type ServerFrame } from '../live';
import { clientFrameSchema, clientFrames, createProtocolSchema, serverFrameSchema, serverFrames } from './index';

/** Does not compile where a type allows what its schema does not. */
type Allows<Schema, Type> = [Type] extends [Schema] ? true : never;
type ErrorCode = z.output<typeof serverFrames.error.shape.code>;
/** Every frame of the types is one of the schemas', and the error codes are the same. */
type Agreements = [
  Allows<z.input<typeof clientFrameSchema>, ClientFrame>,
  Allows<z.input<typeof serverFrameSchema>, ServerFrame>,
  Allows<ErrorCode, LiveErrorCode>,
  Allows<LiveErrorCode, ErrorCode>,
];

test('schemas take what the types allow, and have the same frames by name', () => {
  [true, true, true, true] satisfies Agreements;
  const names: Record<ClientFrame['t'] | ServerFrame['t'], true> = {
    connect: true,
    refresh: true,
    refreshed: true,
    subscribe: true,
    unsubscribe: true,
    presence: true,
    ping: true,
    emit: true,
    welcome: true,
    subscribed: true,
    pub: true,
    unsubscribed: true,
    ack: true,
    roster: true,
    pong: true,
    error: true,
  };
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
