import type { Metric } from './bench';
import { judge, type Round, summarise } from './results';

const rate: Metric = {
  metric: 'rate',
  unit: 'messages/s',
  higherIsBetter: true,
  bounds: [{ peer: 'sqs-consumer', must: 2, aim: 3.5 }],
};
const lateness: Metric = {
  metric: 'lateness',
  unit: 's',
  higherIsBetter: false,
  bounds: [{ must: 5, aim: 1 }],
};
const rounds: readonly Round[] = [
  { ours: { rate: 300, lateness: 2 }, 'sqs-consumer': { rate: 100 }, 'sdk loop': { rate: 150 } },
  { ours: { rate: 900, lateness: 4 }, 'sqs-consumer': { rate: 100 }, 'sdk loop': { rate: 150 } },
  { ours: { rate: 200, lateness: 9 }, 'sqs-consumer': { rate: 100 }, 'sdk loop': { rate: 150 } },
];

describe('judge', () => {
  const figures = { ours: 300, peers: { 'sqs-consumer': 100 }, higherIsBetter: true };

  test('compares ratios where more is better, and their limits count as held', () => {
    const bound = { peer: 'sqs-consumer', must: 3, aim: 3.01 };
    expect(judge(bound, figures)).toEqual({ value: 3, must: true, aim: false });
  });

  test('compares ratios where less is better', () => {
    const bound = { peer: 'sqs-consumer', must: 3, aim: 2.9 };
    expect(judge(bound, { ...figures, higherIsBetter: false })).toEqual({ value: 3, must: true, aim: false });
  });

  test('compares the figure itself where there is no peer', () => {
    expect(judge({ must: 301, aim: 300 }, { ...figures, higherIsBetter: false })).toEqual({
      value: 300,
      must: true,
      aim: true,
    });
  });

  test('a figure that is missing holds nothing', () => {
    expect(judge({ peer: 'pg-boss', must: 0, aim: 0 }, figures)).toMatchObject({ must: false, aim: false });
    expect(judge({ must: 5, aim: 5 }, { ours: Number.NaN, peers: {}, higherIsBetter: false }).must).toBe(false);
  });
});

describe('summarise', () => {
  test('takes medians, divides ours by the peers, and keeps the rounds', () => {
    expect(summarise({ metrics: [rate, lateness] }, rounds, { counts: true })).toEqual([
      {
        ...rate,
        ours: 300,
        peers: { 'sqs-consumer': 100, 'sdk loop': 150 },
        ratios: { 'sqs-consumer': 3, 'sdk loop': 2 },
        held: true,
        rounds: [300, 900, 200].map((ours) => ({ ours, peers: { 'sqs-consumer': 100, 'sdk loop': 150 } })),
      },
      {
        ...lateness,
        ours: 4,
        peers: {},
        ratios: {},
        held: true,
        rounds: [2, 4, 9].map((ours) => ({ ours, peers: {} })),
      },
    ]);
  });

  test('a must that is missed is not held', () => {
    const strict = { ...rate, bounds: [{ peer: 'sqs-consumer', must: 3.1, aim: 4 }] };
    expect(summarise({ metrics: [strict] }, rounds, { counts: true })[0]?.held).toBe(false);
  });

  test('a quick look never counts as held', () => {
    expect(summarise({ metrics: [rate] }, rounds, { counts: false })[0]?.held).toBe(false);
  });
});
