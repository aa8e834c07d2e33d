import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { checkCrowd } from './check-crowd';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('clients of three processes, which are killed at work, get each operation done once and answered as a plain model does', async () => {
  const { crowd, problems } = await checkCrowd({ database, operations: 600, kills: 3, seed: 20_261_122 });
  expect(problems).toEqual([]);
  expect(crowd.kills).toBe(3);
  expect(crowd.lost).toBeGreaterThan(0);
  const done = crowd.answered.filter(({ answer }) => 'result' in answer);
  expect(done.length).toBeGreaterThan(crowd.answered.length / 4);
}, 120_000);
