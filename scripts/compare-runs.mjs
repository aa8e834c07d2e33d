// Compares what two Jest reports say of the SQS suite: fails when a test that passed in the first did not pass in the second (skipped,
// missing or failed).
import { readFileSync } from 'node:fs';

const passed = (path) =>
  new Set(
    JSON.parse(readFileSync(path, 'utf8'))
      .testResults.filter(({ name }) => name.endsWith('.sqs.test.ts'))
      .flatMap(({ assertionResults }) =>
        assertionResults.filter(({ status }) => status === 'passed').map(({ fullName }) => fullName),
      ),
  );
const [first, second] = process.argv.slice(2).map(passed);
const lost = [...first].filter((name) => !second.has(name));
for (const name of lost) console.error(`not passed in the second run: ${name}`);
console.log(`${first.size} tests passed in the first run, ${first.size - lost.length} of them in the second`);
if (lost.length > 0 || first.size === 0) process.exit(1);
