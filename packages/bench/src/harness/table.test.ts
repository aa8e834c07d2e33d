import { format, renderTable } from './table';

const result = {
  metric: 'rate',
  unit: 'messages/s',
  higherIsBetter: true,
  ours: 14_210.4,
  peers: { 'sqs-consumer': 4_000, 'sdk loop': 5_000, 'pg-boss': 30_000 },
  ratios: { 'sqs-consumer': 3.5526, 'sdk loop': 2.84208, 'pg-boss': 0.47368 },
  bounds: [
    { peer: 'sqs-consumer', must: 2, aim: 3.5 },
    { peer: 'pg-boss', must: 0.6, aim: 1 },
  ],
  held: false,
  rounds: [],
};

test('a line for each bound, then the peers that only stand beside', () => {
  const lines = renderTable([result], { counts: true }).split('\n');
  expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
    'metric | ours | peer | ratio | must | aim',
    'rate, messages/s | 14,210 | sqs-consumer 4,000 | 3.55× | ≥ 2.00× | ≥ 3.50× | held, aim reached',
    'rate, messages/s | 14,210 | pg-boss 30,000 | 0.47× | ≥ 0.60× | ≥ 1.00× | NOT HELD',
    'rate, messages/s | 14,210 | sdk loop 5,000 | 2.84×',
  ]);
});

test('a bound without a peer names its value', () => {
  const lateness = { ...result, metric: 'lateness', unit: 's', higherIsBetter: false, ours: 2, peers: {}, ratios: {} };
  const table = renderTable([{ ...lateness, bounds: [{ must: 5, aim: 1 }] }], { counts: true });
  expect(table.split('\n')[1]?.replace(/ {2,}/g, ' | ')).toBe('lateness, s | 2.00 | ≤ 5.00 s | ≤ 1.00 s | held');
});

test('a quick look says that it is one', () => {
  expect(renderTable([result], { counts: false })).toMatch(/sqs-consumer.*quick look/);
});

test.each([
  [0.1234, '0.12'],
  [12.345, '12.3'],
  [123.4, '123'],
  [1_234_567.8, '1,234,568'],
  [Number.NaN, '–'],
])('%d reads %s', (value, text) => {
  expect(format(value)).toBe(text);
});
