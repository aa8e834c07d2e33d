import { createFakeWorld, type FakeWorld } from '../testing/fake-world';
import { createConfirmations } from './confirmations';
import { createOptimisticCommands } from './optimistic';
import { memoryStorage, type QueuePorts, type QueueStorage } from './ports';
import { type CommandAnswer, type CommandOutcome, createCommandQueue, forgetCommands } from './queue';
import type { StoredCommand } from './stored-commands';

/** Lets what was promised come true. */
const settle = () => new Promise(setImmediate);

describe('commands', () => {
  let world: FakeWorld;
  beforeEach(() => {
    world = createFakeWorld();
  });

  describe('the queue', () => {
    let storage: QueueStorage;
    let sent: StoredCommand[];
    let isAway: boolean;
    let locked: Promise<void>;
    let atOnce: number;
    const posts = new Set<(message: unknown) => void>();
    let keys: number;
    let setBackMs: number;
    beforeEach(() => {
      storage = memoryStorage();
      sent = [];
      isAway = false;
      locked = Promise.resolve();
      atOnce = 0;
      keys = 0;
      setBackMs = 0;
      posts.clear();
    });

    const ports = (): QueuePorts => ({
      storage,
      timers: world.timers,
      now: () => world.now() - setBackMs,
      newKey: () => {
        keys += 1;
        return `key ${keys}`;
      },
      exclusively(_name, run) {
        locked = locked.then(run);
        return locked;
      },
      openPost(_name, hear) {
        posts.add(hear);
        return {
          post(message) {
            for (const other of posts) if (other !== hear) setImmediate(() => posts.has(other) && other(message));
          },
          close: () => posts.delete(hear),
        };
      },
    });
    const send = async (command: StoredCommand): Promise<CommandAnswer<unknown, string>> => {
      atOnce += 1;
      expect(atOnce).toBe(1);
      sent.push(command);
      await settle();
      atOnce -= 1;
      if (isAway) return { ok: false, isTemporary: true, failure: 'away' };
      if (command.path === '/busy')
        return { ok: false, isTemporary: true, wasReached: true, retryAfterMs: 20_000, failure: 'busy' };
      if (command.path === '/refused') return { ok: false, isTemporary: false, failure: 'no' };
      return { ok: true, data: command.body, correlationId: 'c' };
    };
    const open = (userId = '1') => createCommandQueue<string>({ userId, send, ports, random: () => 0.5 });
    const finish = async () => {
      for (let round = 0; round < 20; round += 1) await settle();
    };

    it('sends at once and in order, and tells each how it ended', async () => {
      const queue = open();
      const outcomes = await Promise.all([queue.run('/a', { n: 1 }), queue.run('/refused'), queue.run('/b', { n: 2 })]);
      expect(sent.map(({ path }) => path)).toEqual(['/a', '/refused', '/b']);
      expect(outcomes).toEqual([
        { ok: true, data: { n: 1 }, correlationId: 'c' },
        { ok: false, reason: 'refused', failure: 'no' },
        { ok: true, data: { n: 2 }, correlationId: 'c' },
      ]);
      expect([queue.waiting, storage.length]).toEqual([0, 0]);
    });

    it('keeps what nobody took over a reload, and sends it once, under the same keys', async () => {
      isAway = true;
      const before = open();
      const outcomes = ['/a', '/b'].map((path) => before.run(path));
      await finish();
      expect(before.waiting).toBe(2);
      before.close();
      expect(await Promise.all(outcomes)).toEqual([
        { ok: false, reason: 'dropped' },
        { ok: false, reason: 'dropped' },
      ]);
      isAway = false;
      const tried = sent.splice(0);
      const after = open();
      after.flush();
      expect(after.waiting).toBe(2);
      await finish();
      expect(sent.map(({ path, key }) => [path, key])).toEqual([
        ['/a', tried[0]?.key],
        ['/b', 'key 2'],
      ]);
      expect(after.waiting).toBe(0);
    });

    it('tries again by itself', async () => {
      isAway = true;
      const queue = open();
      const outcome = queue.run('/a');
      await finish();
      isAway = false;
      world.pass(1_250);
      expect(await outcome).toMatchObject({ ok: true });
    });

    it('lets others pass one that a server is always too busy for, and waits as long as it is asked to', async () => {
      const queue = open();
      void queue.run('/busy');
      const outcome = queue.run('/a');
      await finish();
      for (let tries = 1; tries < 10; tries += 1) {
        expect(sent).toHaveLength(tries);
        world.pass(19_999);
        await finish();
        expect(sent).toHaveLength(tries);
        world.pass(1);
        await finish();
      }
      expect(sent.map(({ path }) => path)).not.toContain('/a');
      world.pass(20_000);
      expect(await outcome).toMatchObject({ ok: true });
      await finish();
      expect(queue.waiting).toBe(1);
      expect(sent.slice(-2).map(({ path }) => path)).toEqual(['/a', '/busy']);
    });

    it('lets one of two tabs send, and tells the tab that asked', async () => {
      isAway = true;
      const [one, other] = [open(), open()];
      other.flush();
      const outcome = one.run('/a');
      await finish();
      expect(other.waiting).toBe(1);
      isAway = false;
      sent.length = 0;
      other.flush();
      one.flush();
      await finish();
      expect(sent).toHaveLength(1);
      expect(await outcome).toMatchObject({ ok: true });
      expect([one.waiting, other.waiting]).toEqual([0, 0]);
    });

    it('dies at a logout, and when another member has signed in', async () => {
      isAway = true;
      for (const userId of ['1', '2']) void open(userId).run('/a');
      await finish();
      forgetCommands({ keep: '2', ports });
      expect(storage.length).toBe(1);
      isAway = false;
      sent.length = 0;
      open('1').flush();
      await finish();
      expect(sent).toEqual([]);
      forgetCommands({ ports });
      expect(storage.length).toBe(0);
    });

    it('is bounded in number, size and age, and says when it is full', async () => {
      isAway = true;
      const queue = open();
      for (let count = 0; count < 50; count += 1) void queue.run('/a');
      expect(await queue.run('/b')).toEqual({ ok: false, reason: 'full' });
      await finish();
      world.pass(23 * 60 * 60 * 1_000 + 100);
      queue.flush();
      expect(queue.waiting).toBe(0);
      expect(await queue.run('/b', 'x'.repeat(17_000))).toEqual({ ok: false, reason: 'full' });
    });

    it('tells who gave a command that has grown too old, or was let die by another tab', async () => {
      isAway = true;
      const [old, forgotten] = [open('1'), open('2')];
      const outcomes = [old.run('/a'), forgotten.run('/b')];
      await finish();
      forgetCommands({ keep: '1', ports });
      world.pass(23 * 60 * 60 * 1_000 + 100);
      for (const queue of [old, forgotten]) queue.flush();
      await finish();
      world.pass(5_000);
      for (const outcome of outcomes) expect(await outcome).toEqual({ ok: false, reason: 'dropped' });
    });

    it('keeps the order though the clock is set back', async () => {
      isAway = true;
      const queue = open();
      for (const path of ['/a', '/b', '/c']) {
        void queue.run(path);
        setBackMs += 60_000;
      }
      await finish();
      isAway = false;
      sent.length = 0;
      queue.flush();
      await finish();
      expect(sent.map(({ path }) => path)).toEqual(['/a', '/b', '/c']);
    });
  });

  describe('confirmations', () => {
    it('do not take the word of the log, which comes before the event', async () => {
      const confirmations = createConfirmations({ timers: world.timers });
      const seen = confirmations.whenSeen('a', { timeoutMs: 1 });
      confirmations.seen({ channel: 'log', correlationId: 'a', type: 'x:y' });
      world.pass(1);
      expect(await seen).toBe(false);
    });

    it('know an event that came before it was asked for, within their bound', async () => {
      const confirmations = createConfirmations({ timers: world.timers });
      confirmations.seen({ channel: 'user:1', correlationId: 'a', type: 'x:y' });
      expect(await confirmations.whenSeen('a', { timeoutMs: 1 })).toBe(true);
      const other = confirmations.whenSeen('a', { type: 'x:z', timeoutMs: 1 });
      world.pass(1);
      expect(await other).toBe(false);
      for (let count = 0; count < 256; count += 1)
        confirmations.seen({ channel: 'user:1', correlationId: `${count}`, type: 'x:y' });
      const forgotten = confirmations.whenSeen('a', { timeoutMs: 1 });
      world.pass(1);
      expect(await forgotten).toBe(false);
    });
  });

  describe('optimistic commands', () => {
    function start(outcome: CommandOutcome<string, string> | Promise<CommandOutcome<string, string>>) {
      const confirmations = createConfirmations({ timers: world.timers });
      const commands = createOptimisticCommands<number, string, string>(() => ({
        confirmations,
        send: async () => outcome,
        confirmedBy: 'notification:inbox.read',
      }));
      return { confirmations, commands };
    }

    it('show at once, and until the event has come', async () => {
      const { commands, confirmations } = start({ ok: true, data: 'done', correlationId: 'c' });
      const ended = commands.run(7);
      expect(commands.pending).toEqual([7]);
      await settle();
      expect(commands.pending).toEqual([7]);
      confirmations.seen({ channel: 'user:1', correlationId: 'c', type: 'x:other' });
      await settle();
      expect(commands.pending).toEqual([7]);
      confirmations.seen({ channel: 'user:1', correlationId: 'c', type: 'notification:inbox.read' });
      expect(await ended).toEqual({ ok: true, data: 'done' });
      expect(commands.pending).toEqual([]);
    });

    it('are confirmed by an event that was faster than the answer, and by an answer that no event follows', async () => {
      const { commands, confirmations } = start({ ok: true, data: 'done', correlationId: 'c' });
      confirmations.seen({ channel: 'user:1', correlationId: 'c', type: 'notification:inbox.read' });
      expect(await commands.run(7)).toEqual({ ok: true, data: 'done' });
      expect(await start({ ok: true, data: 'same', correlationId: null }).commands.run(7)).toEqual({
        ok: true,
        data: 'same',
      });
    });

    it('go back with a reason when refused, and when the event does not come', async () => {
      const outcome = { ok: false, reason: 'refused', failure: 'no' } as const;
      const { commands } = start(outcome);
      expect(await commands.run(7)).toEqual({ ok: false, reason: 'rejected', outcome });
      expect(commands.pending).toEqual([]);
      const late = start({ ok: true, data: 'done', correlationId: 'c' });
      const ended = late.commands.run(7);
      await settle();
      world.pass(10_000);
      expect(await ended).toEqual({ ok: false, reason: 'timeout' });
      expect(late.commands.pending).toEqual([]);
    });

    it('stay shown while they wait for a connection', async () => {
      const { promise, resolve } = deferred<CommandOutcome<string, string>>();
      const { commands } = start(promise);
      const ended = commands.run(7);
      await settle();
      world.pass(3_600_000);
      expect(commands.pending).toEqual([7]);
      resolve({ ok: false, reason: 'dropped' });
      expect(await ended).toMatchObject({ ok: false });
    });
  });
});

function deferred<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
