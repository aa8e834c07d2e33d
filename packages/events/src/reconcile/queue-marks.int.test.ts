import { createTestDatabase, eventually, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '../testing/log';
import { createQueueMarks } from './queue-marks';

describe('queue marks', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(() => database.drop());

  const lowest = async () =>
    (
      await database.pool.query(
        'select queue, min(low_water) as low from event_queue_mark group by queue order by queue',
      )
    ).rows;

  test('tell the lowest low-water of each queue, whichever process saw it', async () => {
    const [one, other] = [1, 2].map(() => createQueueMarks({ database, log: createTestLog() }));
    one?.delivered('main', 12);
    one?.delivered('main', 9);
    one?.delivered('mail', 3);
    other?.delivered('main', 10);
    await Promise.all([one?.stop(), other?.stop()]);
    expect(await lowest()).toEqual([
      { queue: 'mail', low: 3 },
      { queue: 'main', low: 9 },
    ]);
  });

  test('are written while messages come, and not otherwise', async () => {
    const marks = createQueueMarks({ database, log: createTestLog() });
    marks.delivered('main', 5);
    expect(await eventually('a mark', async () => (await lowest())[0])).toEqual({ queue: 'main', low: 5 });
    await database.pool.query('delete from event_queue_mark');
    await marks.stop();
    expect(await lowest()).toEqual([]);
  });

  test('wait in memory while they cannot be written', async () => {
    await database.pool.query('alter table event_queue_mark rename to away');
    const log = createTestLog();
    const marks = createQueueMarks({ database, log });
    marks.delivered('main', 5);
    await eventually('the failure', () => log.lines.length > 0);
    marks.delivered('main', 7);
    await database.pool.query('alter table away rename to event_queue_mark');
    await marks.stop();
    expect(await lowest()).toEqual([{ queue: 'main', low: 5 }]);
  });
});
