import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../test-support';
import { loadSecrets } from './secrets';

test('secrets are generated once, marked as local, and stay', () => {
  const path = join(temporaryFolder(), 'secrets.json');
  const first = loadSecrets(path);
  expect(Object.values(first).every((secret) => secret.startsWith('local_') && secret.length >= 32)).toBe(true);
  expect(loadSecrets(path)).toEqual(first);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a secret that is missing is added beside those that are there', () => {
  const path = join(temporaryFolder(), 'secrets.json');
  writeFileSync(path, JSON.stringify({ APP_SECRET: 'local_kept' }));
  const secrets = loadSecrets(path);
  expect(secrets.APP_SECRET).toBe('local_kept');
  expect(secrets.POSTGRES_PASSWORD).toMatch(/^local_/);
});
