import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe('npm run db:generate', () => {
  const migrations = 'packages/db/migrations';
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'skelly-generate-'));
    cpSync(join(__dirname, migrations), join(root, migrations), { recursive: true });
    cpSync(join(__dirname, 'scripts/db-generate.mjs'), join(root, 'scripts/db-generate.mjs'));
  });
  afterEach(() => rmSync(root, { recursive: true }));
  const generate = (...args: readonly string[]) =>
    execFileSync(process.execPath, [join(root, 'scripts/db-generate.mjs'), ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const journal = () => readFileSync(join(root, migrations, 'meta/_journal.json'), 'utf8');

  test('adds an empty migration behind the others, and changes nothing else', () => {
    const before = journal();
    const [, tag = ''] = /migrations\/(\S+)\.sql is yours to write/.exec(generate('wallet_balance')) ?? [];
    expect(tag).toMatch(/^\d{4}_wallet_balance$/);
    expect(readFileSync(join(root, migrations, `${tag}.sql`), 'utf8')).toMatch(/^-- /);
    const { entries } = JSON.parse(journal());
    const [last, added] = entries.slice(-2);
    expect(added).toMatchObject({ idx: last.idx + 1, tag });
    expect(added.when).toBeGreaterThan(last.when);
    const line = journal()
      .split('\n')
      .find((each) => each.includes(tag)) as string;
    expect(journal().replace(`,\n${line}`, '')).toBe(before);
  });

  test.each([[[]], [['Wallet']], [['a b']], [['wallet', 'balance']]])('refuses %j, and says what it takes', (args) => {
    const before = journal();
    expect(() => generate(...args)).toThrow(/lower case with underscores/);
    expect(journal()).toBe(before);
  });
});
