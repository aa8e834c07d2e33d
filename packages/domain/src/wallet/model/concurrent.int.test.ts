import { createRandom, createTestDatabase, startFromSource, type TestDatabase } from '@skelly/testkit';
import { runCrowd } from './crowd';
import { findViolations } from './invariants';
import { findContradictions } from './proof';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('clients of three processes, which are killed at work, get each operation done once and answered as a plain model does', async () => {
  const crowd = await runCrowd({
    start: () => startFromSource(`${__dirname}/../../..`, 'src/wallet/model/till-process.ts', {}, [database.url]),
    tills: 3,
    clients: 12,
    operations: 1_200,
    kills: 6,
    members: ['ann', 'ben', 'cia', 'dan'],
    random: createRandom(20_261_122),
  });
  expect(crowd.problems).toEqual([]);
  expect(await findContradictions(database, crowd.answered)).toEqual([]);
  expect(await findViolations(database)).toEqual([]);
  expect(crowd.kills).toBe(6);
  expect(crowd.lost).toBeGreaterThan(0);
  const done = crowd.answered.filter(({ answer }) => 'result' in answer);
  expect(done.length).toBeGreaterThan(crowd.answered.length / 4);
}, 120_000);
