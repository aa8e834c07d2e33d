import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@skelly/testkit';
import { createHarness, type Harness, type TestGateway, type TestMember } from './testing/gateway-harness';
import { openTestStream, type TestStream } from './testing/sdk';
import { hintMessages, writeEvents, writeMessages } from './testing/stream-writer';

const WRITERS = 8;
const ROUNDS = 60;

describe('with many writers, cut connections and a gateway that goes', () => {
  let harness: Harness;
  const open: TestStream[] = [];
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(async () => {
    for (const { stream } of open) stream.close();
    await harness.close();
  });

  /** Writes messages and events like units of work: some roll back, some hold their transaction, some hints are lost. */
  async function write(channels: readonly string[]): Promise<number[]> {
    const positions: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const client = await harness.database.pool.connect();
      try {
        await client.query('begin');
        const drawn = await writeEvents(client, 1 + (round % 2));
        const channel = channels[Math.floor(Math.random() * channels.length)] ?? '';
        const messages = await writeMessages(client, channel, 1 + (round % 3));
        if (Math.random() < 0.1) await delay(Math.random() * 80);
        if (Math.random() < 0.15) {
          await client.query('rollback');
          continue;
        }
        await client.query('commit');
        positions.push(...drawn);
        if (Math.random() < 0.5) await hintMessages(client, channel, messages);
        if (Math.random() < 0.5) await client.query(`select pg_notify('skelly_log', '{}')`);
      } finally {
        client.release();
      }
    }
    return positions;
  }

  it('brings every message of every channel to every client once and in order', async () => {
    const gateways: TestGateway[] = [await harness.startGateway(), await harness.startGateway({ hints: false })];
    let attempts = 0;
    const urlOf = () => {
      attempts += 1;
      return gateways[attempts % gateways.length]?.url ?? '';
    };
    const members: TestMember[] = [];
    for (let index = 0; index < 4; index += 1) members.push(await harness.addMember({ role: 'admin' }));
    const log: number[][] = [];
    for (const member of members) {
      for (let tab = 0; tab < 2; tab += 1) {
        const opened = openTestStream({ urlOf, member, channels: { all: undefined } });
        const positions: number[] = [];
        log.push(positions);
        opened.stream.subscribeLog(({ offset }) => positions.push(offset));
        open.push(opened);
      }
    }
    await eventually('live streams', () => open.every(({ stream }) => stream.state.status === 'live'));

    let isWriting = true;
    const trouble = (async () => {
      while (isWriting) {
        open[Math.floor(Math.random() * open.length)]?.cut();
        await delay(60);
      }
    })();
    const channels = ['all', ...members.map(({ userId }) => `user:${userId}`)];
    const writers = Array.from({ length: WRITERS }, () => write(channels));
    const replaced = (async () => {
      await delay(500);
      const replacement = await harness.startGateway();
      const leaving = gateways.shift();
      gateways.push(replacement);
      await leaving?.gateway.close();
    })();
    const committed = (await Promise.all(writers)).flat().sort((left, right) => left - right);
    isWriting = false;
    await Promise.all([trouble, replaced]);

    const heads = await harness.database.pool.query<{ channel: string; head: number }>(
      'select channel, "offset"::float8 as head from push_channel',
    );
    const headOf = (channel: string) => heads.rows.find((row) => row.channel === channel)?.head ?? 0;
    for (const [index, { events, refetches }] of open.entries()) {
      expect(refetches).toEqual([]);
      const own = `user:${members[Math.floor(index / 2)]?.userId}`;
      for (const channel of ['all', own]) {
        const offsets = () => events.filter((event) => event.channel === channel).map((event) => event.offset);
        await eventually(`client ${index} at the end of ${channel}`, () => offsets().at(-1) === headOf(channel));
        expect(offsets()).toEqual(Array.from({ length: headOf(channel) }, (_, nth) => nth + 1));
      }
      await eventually(`client ${index} at the end of the log`, () => log[index]?.at(-1) === committed.at(-1));
      expect(log[index]).toEqual(committed);
    }
  });
});
