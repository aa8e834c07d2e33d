import { judge, type MetricResult } from './results';

const HEADINGS = ['metric', 'ours', 'peer', 'ratio', 'must', 'aim', ''] as const;

/** The table of a bench: a line for each metric and bound, and for each peer that only stands beside. */
export function renderTable(results: readonly MetricResult[], { counts }: { counts: boolean }): string {
  const lines = results.flatMap((result) => linesOf(result, counts));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => (line[column] as string).length)),
  );
  const render = (line: readonly string[]) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join('  ')
      .trimEnd();
  return [HEADINGS, ...lines].map(render).join('\n');
}

function linesOf(result: MetricResult, counts: boolean): string[][] {
  const { metric, unit, ours, peers, ratios, bounds, higherIsBetter } = result;
  const name = `${metric}, ${unit}`;
  const sign = higherIsBetter ? '≥' : '≤';
  const bounded = bounds.map((bound) => {
    const verdict = judge(bound, result);
    const limit = (value: number) => `${sign} ${format(value)}${bound.peer === undefined ? ` ${unit}` : '×'}`;
    const peer = bound.peer === undefined ? '' : `${bound.peer} ${format(peers[bound.peer] ?? Number.NaN)}`;
    const ratio = bound.peer === undefined ? '' : `${format(verdict.value)}×`;
    return [name, format(ours), peer, ratio, limit(bound.must), limit(bound.aim), word(verdict, counts)];
  });
  const beside = Object.entries(peers)
    .filter(([peer]) => !bounds.some((bound) => bound.peer === peer))
    .map(([peer, value]) => [
      name,
      format(ours),
      `${peer} ${format(value)}`,
      `${format(ratios[peer] ?? Number.NaN)}×`,
      '',
      '',
      '',
    ]);
  const lines = [...bounded, ...beside];
  return lines.length > 0 ? lines : [[name, format(ours), '', '', '', '', '']];
}

function word(verdict: { must: boolean; aim: boolean }, counts: boolean): string {
  if (!verdict.must) return 'NOT HELD';
  if (!counts) return 'quick look';
  return verdict.aim ? 'held, aim reached' : 'held';
}

/** Three significant digits, thousands in full. */
export function format(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits).replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ',');
}
