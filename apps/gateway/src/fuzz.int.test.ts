import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLogger } from '@skelly/runtime';
import { eventually } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import fc from 'fast-check';
import { createHarness, type Harness, ORIGIN, type TestGateway, type TestMember } from './testing/gateway-harness';
import { handshake, rawFrame, sendRaw } from './testing/raw-client';
import { hintMessages, writeMessages } from './testing/stream-writer';

const ROUNDS = 3;
const AT_ONCE = 60;
/** Beside what the runtime's own caches take. */
const GROWTH_BYTES = 16_000_000;

const CODES: ReadonlySet<number> = new Set([...Object.values(CLOSE), 1000, 1002, 1007]);

/** One connection that does harm, or tries to. */
interface Attack {
  readonly what: string;
  /** In place of the client's own. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  /** What is sent after the handshake; with `instead`, in its place. */
  readonly parts: readonly (string | Uint8Array)[];
  readonly instead?: boolean;
  /** The client ends its half when all is sent. */
  readonly leaves?: boolean;
}

const text = (value: string) => rawFrame(1, Buffer.from(value));
const bytes = (most: number) => fc.uint8Array({ minLength: 1, maxLength: most });
const valid = fc.constantFrom(
  { t: 'ping' },
  { t: 'subscribe', id: 1, channel: 'all' },
  { t: 'subscribe', id: 'x', channel: 'system', since: { offset: 3, epoch: 'e' } },
  { t: 'unsubscribe', id: 2, channel: 'all' },
  { t: 'refresh', id: 1, token: 'x' },
  { t: 'connect', token: 'x' },
);
const odd = fc.oneof(fc.jsonValue(), fc.string(), fc.constant(null), fc.constant('__proto__'), fc.double());
const anonymous = { cookie: '' };

const attack: fc.Arbitrary<Attack> = fc.oneof(
  bytes(2_000).map((garbage) => ({ what: 'bytes after the handshake', parts: [garbage] })),
  bytes(500).map((garbage) => ({ what: 'bytes in place of it', parts: [garbage], instead: true, leaves: true })),
  fc
    .string()
    .map((line) => ({ what: 'a request that is none', parts: [`GET ${line}\r\n\r\n`], instead: true, leaves: true })),
  fc
    .tuple(valid, fc.nat(40))
    .map(([frame, cut]) => ({ what: 'truncated JSON', parts: [text(JSON.stringify(frame).slice(0, -1 - cut))] })),
  fc
    .tuple(valid, fc.constantFrom('t', 'id', 'channel', 'since', 'token', 'offset'), odd)
    .map(([frame, field, value]) => ({
      what: 'a mutated frame',
      parts: [text(JSON.stringify({ ...frame, [field]: value }))],
    })),
  fc.integer({ min: 4_097, max: 200_000 }).map((size) => ({ what: 'a huge frame', parts: [text('x'.repeat(size))] })),
  fc
    .integer({ min: 4_097, max: 0x7fffffff })
    .map((claims) => ({ what: 'a frame that claims to be huge', parts: [rawFrame(1, Buffer.from('{'), { claims })] })),
  bytes(4_000).map((body) => ({ what: 'binary', parts: [rawFrame(2, body)] })),
  fc
    .tuple(fc.integer({ min: 8, max: 15 }), bytes(300))
    .map(([opcode, body]) => ({ what: 'control frames', parts: [rawFrame(opcode, body)] })),
  fc
    .tuple(fc.integer({ min: 3, max: 7 }), bytes(50))
    .map(([opcode, body]) => ({ what: 'a kind that there is not', parts: [rawFrame(opcode, body)] })),
  fc.tuple(valid, fc.integer({ min: 1, max: 7 })).map(([frame, rsv]) => ({
    what: 'reserved bits',
    parts: [rawFrame(1, Buffer.from(JSON.stringify(frame)), { rsv })],
  })),
  valid.map((frame) => ({
    what: 'no mask',
    parts: [rawFrame(1, Buffer.from(JSON.stringify(frame)), { masked: false })],
  })),
  fc.array(bytes(200), { minLength: 2, maxLength: 40 }).map((pieces) => ({
    what: 'fragments that never end',
    parts: pieces.map((piece, index) => rawFrame(index === 0 ? 1 : 0, piece, { fin: false })),
  })),
  bytes(20).map((body) => ({ what: 'a continuation of nothing', parts: [rawFrame(0, body)] })),
  fc.constant({ what: 'silence', parts: [] }),
  fc.constant({ what: 'silence without a session', parts: [], headers: anonymous }),
  fc.nat(20).map((cut) => ({
    what: 'half a handshake',
    parts: [handshake('/ws', {}).slice(0, -4 - cut)],
    instead: true,
    leaves: true,
  })),
  fc
    .integer({ min: 150, max: 2_000 })
    .map((count) => ({ what: 'a flood', parts: [Buffer.concat(Array(count).fill(text('{"t":"ping"}')))] })),
  fc.webUrl().map((origin) => ({ what: 'a wrong origin', parts: [], headers: { origin } })),
  fc
    .constantFrom('7', '14', 'x')
    .map((version) => ({ what: 'an unknown version', parts: [], headers: { 'sec-websocket-version': version } })),
  fc.constantFrom('/ws/', '/socket', '//', '/%').map((path) => ({ what: 'another path', parts: [], path })),
  fc.constantFrom('user:somebody-else', 'role:admin', 'log', 'room:1', '', 'ALL').map((channel) => ({
    what: 'a forbidden channel',
    parts: [text(JSON.stringify({ t: 'subscribe', id: 1, channel }))],
  })),
  fc.string({ minLength: 1, maxLength: 200 }).map((token) => ({
    what: 'a false token',
    parts: [text(JSON.stringify({ t: 'connect', token }))],
    headers: anonymous,
  })),
  fc.constant({ what: 'a client that leaves', parts: [text('{"t":"ping"}')], leaves: true }),
);

describe('whatever clients send', () => {
  let harness: Harness;
  let gateway: TestGateway;
  let attacker: TestMember;
  const lines: string[] = [];
  beforeAll(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway({
      log: createLogger({ service: 'gateway', level: 'info' }, { write: (line) => lines.push(line) }),
      // A neighbour on a busy machine may be heard late, and is not to be taken for a silent one.
      limits: { authTimeoutMs: 500, closeTimeoutMs: 300, pingIntervalMs: 2_500 },
    });
    attacker = await harness.addMember();
  });
  afterAll(() => harness.close());

  async function run({ headers, path = '/ws', parts, instead, leaves = false }: Attack): Promise<string | undefined> {
    const port = Number(new URL(gateway.http).port);
    const opening = instead ? [] : [handshake(path, { cookie: attacker.cookie, ...headers })];
    const { status, closeCode } = await sendRaw(port, [...opening, ...parts], { leaves, withinMs: 30_000 });
    if (leaves) return undefined;
    if (status === 101) return CODES.has(closeCode ?? 0) ? undefined : `closed with ${closeCode}`;
    return status !== undefined && status >= 400 ? undefined : `answered ${status}`;
  }

  const heapInUse = () => {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    return process.memoryUsage().heapUsed;
  };

  test('each ends with a code and one line, memory stays, and a neighbour receives everything in order', async () => {
    const neighbour = await harness.addMember();
    const channel = `user:${neighbour.userId}`;
    const socket = harness.connect(gateway, neighbour, { origin: ORIGIN });
    await socket.subscribe(channel);
    let written = 0;
    let before: number | undefined;
    const personal = [attacker, neighbour].flatMap(({ userId, token }) => [userId, token]);

    await fc.assert(
      fc.asyncProperty(fc.array(attack, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (attacks) => {
        lines.length = 0;
        const writing = (async () => {
          for (let nth = 0; nth < 20; nth += 1) {
            await hintMessages(harness.database.pool, channel, await writeMessages(harness.database.pool, channel, 1));
            written += 1;
          }
        })();
        const ends = await Promise.all(
          attacks.map(async (given) => {
            const fault = await run(given).catch((error: Error) => error.message);
            return fault ? `${given.what}: ${fault}` : [];
          }),
        );
        await writing;
        expect(ends.flat()).toEqual([]);
        await eventually('all of them to be gone', () => gateway.gateway.connections === 1, { withinMs: 20_000 });
        // Who leaves by itself, or says goodbye, is no news.
        const must = attacks.filter(
          ({ leaves, what }) => !leaves && what !== 'control frames' && !what.startsWith('bytes'),
        );
        expect(lines.length).toBeGreaterThanOrEqual(must.length);
        expect(lines.length).toBeLessThanOrEqual(attacks.length);
        for (const line of lines) {
          expect(JSON.parse(line)).toMatchObject({ level: 'info' });
          for (const secret of [...personal, '@', 'stack', '    at ']) expect(line).not.toContain(secret);
        }
        before ??= heapInUse();
      }),
      { numRuns: ROUNDS, endOnFailure: true },
    );

    await socket.waitForPublications(written);
    expect(socket.publications.map(({ offset }) => offset)).toEqual(Array.from({ length: written }, (_, n) => n + 1));
    expect(heapInUse() - (before ?? 0)).toBeLessThan(GROWTH_BYTES);
  }, 120_000);
});
