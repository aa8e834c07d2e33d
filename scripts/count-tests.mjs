// Adds up what test runs reported: Jest's and Playwright's closing lines in logs, or Jest's JSON reports.
import { readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0, skipped: 0 };
const PATTERNS = [/^Tests: .*$/gm, /^ {2}\d+ (?:passed|failed|skipped)\b.*$/gm];
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

for (const path of process.argv.slice(2)) {
  const text = readFileSync(path, 'utf8').replace(colours, '');
  if (path.endsWith('.json')) {
    const report = JSON.parse(text);
    total.passed += report.numPassedTests;
    total.failed += report.numFailedTests;
    total.skipped += report.numPendingTests;
    continue;
  }
  for (const line of PATTERNS.flatMap((pattern) => text.match(pattern) ?? [])) {
    for (const [, count, outcome] of line.matchAll(/(\d+) (passed|failed|skipped)/g)) total[outcome] += Number(count);
  }
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
if (total.failed > 0 || total.passed === 0) process.exit(1);
