import { findWeakPeers } from './peer-check';
import type { MetricResult } from './results';

const ratios = [{ bench: 'relay', metric: 'rate', peer: 'pg-boss', to: 'sdk loop', ratio: 0.5, source: 'a lab' }];
const reached = (pgBoss: number): MetricResult[] => [
  {
    metric: 'rate',
    unit: 'events/s',
    higherIsBetter: true,
    ours: 1_000,
    peers: { 'pg-boss': pgBoss, 'sdk loop': 1_000 },
    ratios: {},
    bounds: [],
    held: true,
    rounds: [],
  },
];

test('a peer may be a third below what it is known to reach, and no more', () => {
  expect(findWeakPeers('relay', reached(350), ratios)).toEqual([]);
  expect(findWeakPeers('relay', reached(349), ratios)).toEqual([
    'rate: pg-boss reached 0.35 of the sdk loop, and is known to reach 0.50 (at least 0.35 is asked)',
  ]);
});

test('a peer that is missing is weak, one of another bench is not asked for', () => {
  expect(findWeakPeers('relay', [], ratios)).toHaveLength(1);
  expect(findWeakPeers('consume', [], ratios)).toEqual([]);
});
