import type { StatementEntry } from '@skelly/types/wallet';
import { statementCsv } from './statement-csv';

const line: StatementEntry = {
  position: 4,
  transferId: '01a20322-68bd-71e8-a56a-4babd08bd23b',
  transactionId: 'tx-1',
  at: '2026-11-22T12:00:00.000Z',
  account: 'available',
  kind: 'transfer',
  reason: 'member_transfer',
  amount: -30,
  balance: 70,
  counterparty: null,
  escrowId: null,
  featureType: null,
  queueItemId: null,
};
const cellOf = (queueItemId: string) => {
  const csv = statementCsv([{ ...line, queueItemId }], 'points');
  return csv.slice(csv.indexOf('points,,,,') + 'points,,,,'.length, csv.lastIndexOf(',,tx-1'));
};

test('has a head, and CRLF after every line', () => {
  expect(statementCsv([], 'points')).toMatch(/^at,account,[a-z_,]+,transfer_id\r\n$/);
  expect(statementCsv([line], 'points').split('\r\n')[1]).toBe(
    '2026-11-22T12:00:00.000Z,available,transfer,member_transfer,-30,70,points,,,,,,tx-1,01a20322-68bd-71e8-a56a-4babd08bd23b',
  );
});

test.each([
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\r\nlines', '"two\r\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@sum(a1)', "'@sum(a1)"],
  ['\t=1', "'\t=1"],
  ['  =cmd|x', "'  =cmd|x"],
  ['=a,"b"', `"'=a,""b"""`],
  ['a;=1+1', "a;'=1+1"],
  ['a;b', 'a;b'],
])('writes %j as %j', (given, written) => {
  expect(cellOf(given)).toBe(written);
});
