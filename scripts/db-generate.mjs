// `npm run db:generate -- NAME`: the next migration, empty, and its place in the order. Its SQL is yours to write: docs/decisions/0002.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'packages/db/migrations');
const [name = '', ...rest] = process.argv.slice(2);
if (!/^[a-z][a-z0-9_]{2,50}$/.test(name) || rest.length > 0) {
  console.error('Name the migration in lower case with underscores, as in: npm run db:generate -- wallet_balance');
  process.exit(1);
}
const journal = join(folder, 'meta/_journal.json');
const { version, dialect, entries } = JSON.parse(readFileSync(journal, 'utf8'));
const last = entries.at(-1);
const tag = `${String(last.idx + 1).padStart(4, '0')}_${name}`;
const lines = [...entries, { idx: last.idx + 1, version, when: last.when + 1_000, tag }].map(
  (entry) =>
    `    { "idx": ${entry.idx}, "version": "${entry.version}", "when": ${entry.when}, "tag": "${entry.tag}", "breakpoints": false }`,
);
writeFileSync(join(folder, `${tag}.sql`), '-- Says in a sentence what it is for.\n', { flag: 'wx' });
writeFileSync(
  journal,
  `{\n  "version": "${version}",\n  "dialect": "${dialect}",\n  "entries": [\n${lines.join(',\n')}\n  ]\n}\n`,
);
console.log(`packages/db/migrations/${tag}.sql is yours to write. Then:
  packages/db/src/schema     describe its tables there, for queries
  npm run db:migrate         applies it to the stack that runs
  npm run test:int -- schema.int -u   takes the new schema as the description`);
