import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { checkRounds } from './check-rounds';

// One seed, so that the suite does the same every time; `npm run ledger:model` looks further.
const SEED = 20_261_122;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('two processes answer 2,000 random operations as a plain model does, and every rule of the ledger holds', async () => {
  const { tally, report } = await checkRounds({ database, operations: 2_000, seed: SEED });
  expect(report).toBeUndefined();
  expect(tally.operations).toBeGreaterThanOrEqual(2_000);
  for (const count of [tally.done, tally.repeated, tally.refused]) expect(count).toBeGreaterThan(50);
}, 120_000);
