import type { ChartPoint } from './chart-points';

/** The field in which a chart is drawn; it is stretched to its place. */
export const CHART = { width: 600, height: 160 } as const;

/** The top of the scale: the next round figure that is not below any value, in steps that halve well. */
export function scaleTop(values: readonly number[]): number {
  const highest = Math.max(0, ...values);
  if (highest <= 10) return 10;
  const unit = 10 ** Math.floor(Math.log10(highest));
  const step = [1, 2, 4, 5, 6, 8, 10].find((each) => each * unit >= highest) ?? 10;
  return step * unit;
}

/** Where a point stands in the field. */
export function placeOf(points: readonly ChartPoint[], index: number): { readonly x: number; readonly y: number } {
  const top = scaleTop(points.map(({ value }) => value));
  const value = points[index]?.value ?? 0;
  const x = points.length < 2 ? CHART.width : (index / (points.length - 1)) * CHART.width;
  return { x: round(x), y: round(CHART.height - (value / top) * CHART.height) };
}

/** The line through all points, and the area below it, as paths. */
export function chartPaths(points: readonly ChartPoint[]): { readonly line: string; readonly area: string } {
  const places = points.map((_point, index) => placeOf(points, index));
  if (places.length === 0) return { line: '', area: '' };
  const line = `M${places.map(({ x, y }) => `${x} ${y}`).join('L')}`;
  return { line, area: `${line}V${CHART.height}H${places[0]?.x ?? 0}Z` };
}

/** The point nearest to a place across the chart, 0 at its left edge to 1 at its right. */
export function nearestPoint(points: readonly ChartPoint[], across: number): number {
  return Math.max(0, Math.min(points.length - 1, Math.round(across * (points.length - 1))));
}

/** What a chart shows, as points that matter: the first, the last, the lowest and the highest of them. */
export function chartSummary(points: readonly ChartPoint[]): {
  readonly first: ChartPoint;
  readonly last: ChartPoint;
  readonly lowest: ChartPoint;
  readonly highest: ChartPoint;
} | null {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return null;
  const lowest = points.reduce((found, point) => (point.value < found.value ? point : found));
  const highest = points.reduce((found, point) => (point.value > found.value ? point : found));
  return { first, last, lowest, highest };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
