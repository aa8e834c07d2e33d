import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIVE_TOKENS_AT_MOST } from '@skelly/domain/session';
import { clientEventEnv } from '@skelly/runtime';
import { eventually } from '@skelly/testkit';
import { CLOSE, PRESENCE_SHOWN, TYPING_MS, userChannel } from '@skelly/types/live';
import { notificationCreated } from '@skelly/types/notification';
import { clientFrames, serverFrames } from '@skelly/types/protocol';
import { uiInteraction } from '@skelly/types/ui';
import { defaultLimits } from './limits';
import { createHarness, type Harness } from './testing/gateway-harness';
import { writeMessages } from './testing/stream-writer';

const page = readFileSync(join(__dirname, '../../../docs/protocol.md'), 'utf8');

describe('docs/protocol.md', () => {
  test('names every frame, close code and error code, and the limits as they are', () => {
    for (const frame of Object.keys({ ...clientFrames, ...serverFrames }))
      expect(page).toContain(frame === 'pub' ? '"t": "pub"' : `\`${frame}\``);
    for (const code of Object.values(CLOSE)) expect(page).toContain(`| ${code} |`);
    for (const code of serverFrames.error.shape.code.options) expect(page).toContain(`| \`${code}\``);
    const { frameBytes, frameBurst, framesPerSecond, outgoingBytes, pingIntervalMs, presence } = defaultLimits;
    const said = page.replaceAll(/\s+/g, ' ');
    for (const limit of [
      `A connection follows ${defaultLimits.subscriptions} channels at most.`,
      `It follows the presence of ${defaultLimits.subscriptions} at most.`,
      `The list has the ${PRESENCE_SHOWN} who are there longest`,
      `typing for ${TYPING_MS / 1_000} seconds`,
      `stays for ${presence.lingerMs / 1_000} seconds`,
      `for less than ${Math.ceil((presence.leaseMs + presence.lookMs) / 1_000)}, in which`,
      `A frame that a client sends has ${frameBytes / 1_024} KiB at most, and it may send ${frameBurst} at once and ${framesPerSecond} a second`,
      `A user has ${defaultLimits.connectionsPerUser} connections to one gateway at most, a gateway ${defaultLimits.connections.toLocaleString('en')}.`,
      `A connection has ${defaultLimits.emitsInFlight} emits under way at most, and a session ${clientEventEnv.CLIENT_EVENTS_PER_MINUTE.parse(undefined)} events a minute`,
      `A channel's name has ${defaultLimits.channelLength} characters at most.`,
      `its channels speak: ${outgoingBytes / 1_048_576} MiB waited for it`,
      `ends at \`welcome.expiresAt\`, ${defaultLimits.tokenConnectionMs / 60_000} minutes later`,
      `A session gets ${LIVE_TOKENS_AT_MOST} tokens a minute.`,
      `\`pingIntervalMs\` (${pingIntervalMs / 1_000} seconds)`,
    ])
      expect(said).toContain(limit);
  });

  test('shows a frame as it is sent', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    const frame = serverFrames.pub.parse(JSON.parse(example));
    const [rule] = notificationCreated.push ?? [];
    expect(Object.keys(frame.data as object).sort()).toEqual([...(rule?.client ?? [])].sort());
  });

  test('shows an emit that is taken', () => {
    const [, example = ''] = /## Emit[\s\S]*?```json\n([\s\S]*?)```/.exec(page) ?? [];
    const { type, data } = clientFrames.emit.parse(JSON.parse(example));
    expect(type).toBe(uiInteraction.type);
    const identity = { userId: randomUUID(), sessionId: randomUUID() };
    expect(uiInteraction.data.safeParse({ ...data, ...identity }).success).toBe(true);
  });

  describe('its client', () => {
    let harness: Harness;
    let folder: string;
    let client: ChildProcess | undefined;
    beforeAll(async () => {
      harness = await createHarness();
      // Beside the gateway's sources, so that it finds `ws`.
      folder = mkdtempSync(join(__dirname, 'protocol-page-'));
    });
    afterEach(() => client?.kill('SIGKILL'));
    afterAll(async () => {
      rmSync(folder, { recursive: true });
      await harness.close();
    });

    /** Runs the page's client in a process of its own. @returns what it has said so far, a line for each call. */
    function run(options: Record<string, unknown>): readonly unknown[] {
      const [, code = ''] = /## A client[\s\S]*?```js\n([\s\S]*?)```/.exec(page) ?? [];
      const says = (name: string) =>
        `${name}: (given) => console.log(JSON.stringify({ ${name}: given?.data?.nth ?? given ?? true }))`;
      const calls = ['onMessage', 'onLost', 'onEnd'].map(says).join(', ');
      const file = join(folder, 'client.mjs');
      writeFileSync(file, `${code}\nfollow({ ...${JSON.stringify(options)}, ${calls} });\n`);
      const said: unknown[] = [];
      client = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
      client.stdout?.on('data', (text: Buffer) => {
        for (const line of text.toString().trim().split('\n')) said.push(JSON.parse(line));
      });
      return said;
    }

    test('gets every message once, in order, across gateways that go away', async () => {
      const member = await harness.addMember();
      const channel = userChannel(member.userId);
      const first = await harness.startGateway();
      await writeMessages(harness.database.pool, channel, 3);
      const { rows } = await harness.database.pool.query('select epoch from push_epoch');
      const said = run({ url: first.url, cookie: member.cookie, channel, since: { offset: 1, ...rows[0] } });
      await eventually('what it has missed', () => said.length === 2, { withinMs: 10_000 });
      await writeMessages(harness.database.pool, channel, 2);
      await eventually('what is new', () => said.length === 4, { withinMs: 10_000 });

      const port = Number(new URL(first.url).port);
      await first.gateway.close();
      await writeMessages(harness.database.pool, channel, 5);
      await harness.startGateway({ port });
      await eventually('what came meanwhile', () => said.length >= 9, { withinMs: 20_000 });
      expect(said).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10].map((nth) => ({ onMessage: nth })));
    });

    test('says what is lost, and what ends it for good', async () => {
      const member = await harness.addMember();
      const { url } = await harness.startGateway();
      const channel = userChannel(member.userId);
      const elsewhere = { offset: 4, epoch: 'another' };
      const lost = run({ url, cookie: member.cookie, channel, since: elsewhere });
      await eventually('the loss', () => lost.length > 0, { withinMs: 10_000 });
      expect(lost).toEqual([{ onLost: true }]);
      client?.kill('SIGKILL');
      const ended = run({ url, cookie: member.cookie, channel: 'user:somebody-else' });
      await eventually('the end', () => ended.length > 0, { withinMs: 10_000 });
      expect(ended).toEqual([{ onEnd: CLOSE.FORBIDDEN }]);
    });
  });
});
