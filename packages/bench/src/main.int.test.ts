import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childVariables } from './env';

/** Runs the command line in a folder of its own, so that no result of somebody's is replaced. */
function bench(...words: string[]): Promise<{ code: number; cwd: string; output: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'skelly-bench-test-'));
  const args = ['--import', require.resolve('tsx'), join(__dirname, 'main.ts'), ...words];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env: childVariables() }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, cwd, output: stdout + stderr });
    });
  });
}

test('a quick look at the cheapest bench runs from end to end, and does not count', async () => {
  const { code, cwd, output } = await bench('emit', '--rounds', '1', '--scale', '0.01');
  expect(output).toMatch(/emit 1\/1 · without event: transactions [\d,.]+ transactions\/s/);
  expect(output).toMatch(/a quick look never counts/);
  expect(code).toBe(1);
  const written = JSON.parse(readFileSync(join(cwd, 'bench-results', 'emit.json'), 'utf8'));
  expect(written).toEqual({
    name: 'emit',
    machine: expect.objectContaining({ node: process.version, fsync: 'on', synchronous_commit: 'on' }),
    results: [
      {
        metric: 'transactions',
        unit: 'transactions/s',
        higherIsBetter: true,
        ours: expect.any(Number),
        peers: { 'without event': expect.any(Number), 'plain pg': expect.any(Number) },
        ratios: { 'without event': expect.any(Number), 'plain pg': expect.any(Number) },
        bounds: [{ peer: 'without event', must: 0.6, aim: 0.75 }],
        held: false,
        rounds: [
          {
            ours: expect.any(Number),
            peers: { 'without event': expect.any(Number), 'plain pg': expect.any(Number) },
          },
        ],
      },
    ],
  });
  const [{ ours, peers, ratios }] = written.results;
  expect(ratios['without event']).toBeCloseTo(ours / peers['without event']);
}, 120_000);

test('a name that nobody knows runs nothing, and the benches are listed', async () => {
  const { code, cwd, output } = await bench('relais');
  expect(code).toBe(2);
  expect(output).toMatch(/There is no bench 'relais'.*The benches are: emit, relay/s);
  expect(existsSync(join(cwd, 'bench-results'))).toBe(false);
});
