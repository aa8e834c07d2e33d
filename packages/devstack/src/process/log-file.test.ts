import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder, waitFor } from '../test-support';
import { openLogFile } from './log-file';

test('a log that outgrows its bound is kept once and begins anew', async () => {
  const path = join(temporaryFolder(), 'api.log');
  const log = openLogFile(path, { maxBytes: 1_000, checkEveryMs: 10 });
  log.write('x'.repeat(2_000));
  await waitFor('the new beginning', () => statSync(path).size === 0);
  log.write('after');
  expect(readFileSync(path, 'utf8')).toBe('after\n');
  expect(statSync(`${path}.1`).size).toBe(2_001);
  log.close();
});

test('the tail and what is new are read while others write', () => {
  const log = openLogFile(join(temporaryFolder(), 'api.log'));
  for (const line of ['one', '', 'two', 'three']) log.write(line);
  expect(log.tail(2)).toEqual(['two', 'three']);
  expect(log.readNew()).toBe('one\n\ntwo\nthree\n');
  expect(log.readNew()).toBe('');
  log.write('four');
  expect(log.readNew()).toBe('four\n');
  log.close();
});
