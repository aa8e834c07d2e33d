import { CHART, chartPaths, chartSummary, nearestPoint, placeOf, scaleTop } from './chart-geometry';
import { chartPoints } from './chart-points';

const points = [
  { day: '2026-11-20', value: 0 },
  { day: '2026-11-21', value: 500 },
  { day: '2026-11-22', value: 1_000 },
];

test('the last day is what is known of now', () => {
  const days = [
    { day: '2026-11-21', availableBalance: 5 },
    { day: '2026-11-22', availableBalance: 6 },
  ];
  expect(chartPoints(days, { availableBalance: 9 })).toEqual([
    { day: '2026-11-21', value: 5 },
    { day: '2026-11-22', value: 9 },
  ]);
});

test.each([
  [[], 10],
  [[0], 10],
  [[11], 20],
  [[100], 100],
  [[101], 200],
  [[12_480, 3], 20_000],
  [[999], 1_000],
  [[2_100], 4_000],
])('the scale of %j ends at %i', (values, top) => {
  expect(scaleTop(values)).toBe(top);
});

test('the line goes from the bottom left to the top right', () => {
  expect(placeOf(points, 0)).toEqual({ x: 0, y: CHART.height });
  expect(placeOf(points, 2)).toEqual({ x: CHART.width, y: 0 });
  expect(chartPaths(points)).toEqual({ line: 'M0 160L300 80L600 0', area: 'M0 160L300 80L600 0V160H0Z' });
  expect(chartPaths([])).toEqual({ line: '', area: '' });
});

test('a place across the chart has its day', () => {
  expect([-1, 0, 0.2, 0.3, 0.8, 2].map((across) => nearestPoint(points, across))).toEqual([0, 0, 0, 1, 2, 2]);
});

test('the summary names the first, the last, the lowest and the highest', () => {
  expect(chartSummary(points)).toEqual({ first: points[0], last: points[2], lowest: points[0], highest: points[2] });
  expect(chartSummary([])).toBeNull();
});
