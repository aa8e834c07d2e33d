import { eventually } from '@skelly/testkit';
import { withEventContext } from '../context';
import { NonRetriable } from '../errors';
import { defineHandler } from '../handlers/handler';
import { createNotifier, type Notifier } from '../hints/notifier';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { entered, findTestContract, note, noted } from '../testing/contracts';
import { discardDeadLetters, editDeadLetter, retryDeadLetters } from './resolve';
import { runRetries } from './retry-run';
import { groupDeadLetters, listDeadLetters, showDeadLetter } from './triage';

describe('dead letters and who looks after them', () => {
  let backbone: TestBackbone;
  let notifier: Notifier;
  /** What the handler does with a text; undefined where it has done it. */
  let fault: ((text: string) => Error | undefined) | undefined;
  let handled: string[];
  const tally = defineHandler({
    id: 'test.tally',
    on: noted,
    async handle({ data }, work) {
      const error = fault?.(data.text);
      if (error) throw error;
      await work.tx.execute(`insert into tally (text) values ('${data.text}')`);
      handled.push(data.text);
    },
  });

  beforeEach(async () => {
    backbone = await createTestBackbone();
    notifier = createNotifier({ url: backbone.database.url, applicationName: 'test', onError: () => undefined });
    await backbone.database.pool.query('create table tally (text text)');
    handled = [];
    fault = (text) =>
      new NonRetriable(`note ${text} of 018f3e5a-7e4a-7c7e-8f00-00000000000${text.length} has no owner`);
  });
  afterEach(async () => {
    await notifier.close();
    await backbone.close();
  });

  const deps = () => ({ database: backbone.database, notifier, findContract: findTestContract });
  const all = () => listDeadLetters(backbone.database, { all: true });
  const count = async () => (await groupDeadLetters(backbone.database)).reduce((sum, group) => sum + group.count, 0);
  const sums = async () =>
    (await backbone.database.pool.query('select count(*)::int as rows, count(distinct text)::int as texts from tally'))
      .rows[0];
  const rows = async (text: string) => (await backbone.database.pool.query(text)).rows;

  async function letDie(texts: readonly string[]): Promise<void> {
    await backbone.worker({ 'test:noted': [tally] });
    backbone.relay();
    await backbone.events.emitEvents(
      texts.map((text) => ({ event: noted, data: note('n', text) })),
      'test',
    );
    await eventually('dead letters', async () => (await count()) === texts.length, { withinMs: 30_000 });
  }

  test('are told apart by cause, whatever ids and numbers the error names', async () => {
    fault = (text) => (text === 'x' ? new NonRetriable('no such craft') : new NonRetriable(`note ${text} is unknown`));
    await letDie(['1', '22', '333', 'x']);
    const groups = await groupDeadLetters(backbone.database);
    expect(groups.map(({ count, handler, reason, types }) => ({ count, handler, reason, types }))).toEqual([
      { count: 3, handler: 'test.tally', reason: 'non_retriable', types: ['test:noted'] },
      { count: 1, handler: 'test.tally', reason: 'non_retriable', types: ['test:noted'] },
    ]);
    const { fingerprint = '' } = groups[0] ?? {};
    expect(await listDeadLetters(backbone.database, { fingerprint })).toHaveLength(3);
    expect(await listDeadLetters(backbone.database, { fingerprint, handler: 'test.other' })).toEqual([]);
  });

  test('show the error, the stack, each try and the event', async () => {
    await letDie(['why']);
    const [letter] = await all();
    expect(await showDeadLetter(backbone.database, letter?.id as number)).toMatchObject({
      handler: 'test.tally',
      attempts: 1,
      error: expect.stringMatching(/note why of .* has no owner/),
      stack: expect.stringContaining('triage.sqs.test'),
      history: [{ attempt: 1, errorName: 'NonRetriable', failedAt: expect.any(Date) }],
      event: { subject: 'note:n', data: note('n', 'why'), occurredAt: expect.any(Date) },
      correction: null,
      resolution: null,
    });
    await expect(showDeadLetter(backbone.database, 999_999)).rejects.toMatchObject({ code: 'dead_letter_unknown' });
  });

  test('go to their handler again, each once, with all tries once more', async () => {
    await letDie(['a', 'b']);
    const [one, two] = await all();
    await expect(retryDeadLetters(deps(), {})).rejects.toMatchObject({ code: 'selection_empty' });
    // Its policy has three tries, and it has failed once before.
    let tries = 0;
    fault = (text) => {
      if (text !== 'a') return undefined;
      tries += 1;
      return tries < 3 ? new Error('not yet') : undefined;
    };
    const ids = [one?.id as number];
    const [first, second] = await Promise.all([retryDeadLetters(deps(), { ids }), retryDeadLetters(deps(), { ids })]);
    expect([...(first?.ids ?? []), ...(second?.ids ?? [])]).toEqual(ids);
    await backbone.finished(1);
    expect(tries).toBe(3);
    expect(await sums()).toEqual({ rows: 1, texts: 1 });
    expect((await all()).map(({ id }) => id)).toEqual([two?.id]);
    expect(await showDeadLetter(backbone.database, ids[0] as number)).toMatchObject({ resolution: 'retried' });
  });

  test('a thousand are sent at a rate, and each is done once', async () => {
    const texts = Array.from({ length: 1_000 }, (_, nth) => `t${nth}`);
    await letDie(texts);
    fault = undefined;
    const result = await runRetries(deps(), { all: true }, { perSecond: 1_000 });
    expect(result).toMatchObject({
      total: 1_000,
      sent: 1_000,
      finished: 1_000,
      failedAgain: 0,
      left: 0,
      stopped: null,
    });
    expect(await sums()).toEqual({ rows: 1_000, texts: 1_000 });
    expect(await all()).toEqual([]);
  }, 60_000);

  test('a run stops when they fail again, and leaves the others where they are', async () => {
    await letDie(Array.from({ length: 60 }, (_, nth) => `t${nth}`));
    const result = await runRetries(deps(), { handler: 'test.tally' }, { perSecond: 160, settleMs: 5_000 });
    expect(result.stopped).toBe('failures');
    expect(result.sent).toBeLessThan(60);
    await eventually('all of them again', async () => (await all()).length === 60);
    expect(await sums()).toEqual({ rows: 0, texts: 0 });
  });

  test('a run also stops behind a breaker, which keeps failures from being tried at all', async () => {
    await backbone.worker({ 'test:noted': [tally] }, { name: 'breaking' });
    backbone.relay();
    await backbone.events.emitEvents(
      Array.from({ length: 60 }, (_, nth) => ({ event: noted, data: note('n', `t${nth}`) })),
      'test',
    );
    await eventually('dead letters', async () => (await count()) === 60, { withinMs: 30_000 });
    fault = () => new Error('not reached');
    const result = await runRetries(deps(), { all: true }, { perSecond: 160, settleMs: 0 });
    expect(result.stopped).toBe('failures');
    expect(await count()).toBeGreaterThan(0);
  });

  test('of which nobody was shown are not meant', async () => {
    await letDie(['a']);
    const [group] = await groupDeadLetters(backbone.database);
    await backbone.events.emitEvent(noted, note('n', 'b'), 'test');
    await eventually('another', async () => (await count()) === 2);
    const upTo = group?.newestId as number;
    expect(await discardDeadLetters(deps(), { all: true, upTo }, { reason: 'seen' })).toEqual([upTo]);
    expect(await count()).toBe(1);
  });

  test('of an ordered subject stay out of the way when the log is kept no more', async () => {
    const book = defineHandler({
      id: 'test.book',
      on: entered,
      async handle({ data }) {
        if (data.amount === 1) throw new NonRetriable('no');
        handled.push(String(data.amount));
      },
    });
    await backbone.worker({ 'test:entered': [book] });
    backbone.relay();
    await backbone.events.emitEvent(entered, { account: 'x', amount: 1 }, 'test');
    await eventually('a dead letter', async () => (await count()) === 1);
    await discardDeadLetters(deps(), { all: true }, { reason: 'never mind' });
    await rows('delete from event_processing_log');
    await backbone.events.emitEvent(entered, { account: 'x', amount: 2 }, 'test');
    await eventually('the one behind', () => handled.includes('2'));
  });

  test('can be given other data: history keeps the original, and the handler gets the correction', async () => {
    await letDie(['wrong']);
    const [letter] = await all();
    const id = letter?.id as number;
    fault = (text) => (text === 'wrong' ? new NonRetriable('still wrong') : undefined);
    const edit = (data: unknown, reason = 'the client sent nonsense') =>
      withEventContext({ actor: 'cli' }, () => editDeadLetter(deps(), id, { data, reason }));
    await expect(edit({ noteId: 'n', text: 7 })).rejects.toThrow(/was not changed: text: .*secret/);
    await expect(edit(note('n', 'x'.repeat(66_000)))).rejects.toThrow(/65536 are allowed/);
    await expect(edit(note('n', 'right'), ' ')).rejects.toMatchObject({ code: 'reason_missing' });
    expect(await all()).toHaveLength(1);
    await edit(note('n', 'right'));
    await backbone.finished(1);
    expect(handled).toEqual(['right']);
    expect(await showDeadLetter(backbone.database, id)).toMatchObject({
      event: { data: note('n', 'wrong') },
      correction: { data: note('n', 'right'), actor: 'cli', note: 'the client sent nonsense' },
      resolution: 'edited',
      resolvedBy: 'cli',
    });
    await expect(edit(note('n', 'again'))).rejects.toMatchObject({ code: 'dead_letter_resolved' });
  });

  test('that are discarded never run, with the reason kept, and nothing waits for them', async () => {
    await letDie(['a', 'b']);
    await expect(discardDeadLetters(deps(), { all: true }, { reason: '' })).rejects.toMatchObject({
      code: 'reason_missing',
    });
    const ids = await withEventContext({ actor: 'cli' }, () =>
      discardDeadLetters(deps(), { all: true }, { reason: 'test data' }),
    );
    expect(ids).toHaveLength(2);
    expect(await all()).toEqual([]);
    fault = undefined;
    await rows(`insert into event_outbox (event_id, handler) select event_id, 'test.tally' from event_history`);
    notifier.committed({ frames: [], pointed: true });
    await eventually('an empty outbox', async () => (await rows('select from event_outbox')).length === 0);
    expect(await rows('select distinct resolution, resolved_by, note from event_dead_letter')).toEqual([
      { resolution: 'discarded', resolved_by: 'cli', note: 'test data' },
    ]);
    expect(await rows(`select distinct status, worker from event_processing_log`)).toEqual([
      { status: 'finished', worker: 'discarded by cli' },
    ]);
    expect(handled).toEqual([]);
  });

  test('of an ordered subject let those behind go on when they are discarded', async () => {
    const seen: number[] = [];
    const book = defineHandler({
      id: 'test.book',
      on: entered,
      async handle({ data }) {
        if (data.amount === 1) throw new NonRetriable('no');
        seen.push(data.amount);
      },
    });
    await backbone.worker({ 'test:entered': [book] });
    backbone.relay();
    const enter = (amount: number) => backbone.events.emitEvent(entered, { account: 'x', amount }, 'test');
    await enter(1);
    await eventually('a dead letter', async () => (await all()).length === 1);
    await discardDeadLetters(deps(), { handler: 'test.book' }, { reason: 'never mind' });
    await enter(2);
    await eventually('the one behind', () => seen.length === 1);
    expect(seen).toEqual([2]);
  });

  test('that cannot be sent again stay, and the answer says why', async () => {
    await letDie(['a']);
    await rows(
      `insert into event_dead_letter (queue, message_id, body, reason, error) values ('main', 'm', 'no json', 'not_json', 'x')`,
    );
    await rows(`update event_route set retired_at = now() where handler = 'test.tally'`);
    expect(await retryDeadLetters(deps(), { all: true })).toEqual({
      ids: [],
      left: { unreadable: 1, gone: 0, retired: 1 },
    });
    expect(await all()).toHaveLength(2);
  });
});
