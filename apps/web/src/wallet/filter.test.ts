import { chartPath, daysAgo, exportPath, filterOf, isFiltered, isSameCurrency, rangeOf, statementPath } from './filter';

const of = (address: string) => {
  const params = new URLSearchParams(address);
  return (name: string) => params.get(name) ?? '';
};

test('an address is understood', () => {
  const filter = filterOf(of('currency=gems&account=escrow&kind=hold&from=2026-11-01&to=2026-11-20'));
  expect(filter).toEqual({ currency: 'gems', account: 'escrow', kind: 'hold', from: '2026-11-01', to: '2026-11-20' });
  expect(isFiltered(filter)).toBe(true);
  expect(statementPath(filter, 7)).toBe(
    '/api/wallet/statement?currency=gems&account=escrow&kind=hold&from=2026-11-01&to=2026-11-20&limit=30&before=7',
  );
  expect(exportPath(filter)).toBe(
    '/api/wallet/statement.csv?currency=gems&account=escrow&kind=hold&from=2026-11-01&to=2026-11-20',
  );
});

test.each([
  '',
  'currency=shells&account=house&kind=gift&from=2026-02-30&to=yesterday',
  'from=2026-2-3&account=toString',
])('what %j asks for is left out', (address) => {
  expect(filterOf(of(address))).toEqual({ currency: 'points' });
  expect(isFiltered(filterOf(of(address)))).toBe(false);
});

test('the chart has one of its ranges', () => {
  expect([rangeOf(of('days=90')), rangeOf(of('days=365')), rangeOf(of(''))]).toEqual([90, 30, 30]);
});

test('what was read of one currency is not of another, whatever else was asked for', () => {
  const points = statementPath({ currency: 'points' });
  expect(isSameCurrency(points, statementPath({ currency: 'points', kind: 'hold' }))).toBe(true);
  expect(isSameCurrency(points, statementPath({ currency: 'gems' }))).toBe(false);
  expect(isSameCurrency(chartPath('gems', 30), chartPath('points', 30))).toBe(false);
});

test('the last days count today', () => {
  expect(daysAgo(7, Date.parse('2026-11-22T23:00:00Z'))).toBe('2026-11-16');
});
