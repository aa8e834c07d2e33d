import { REQUEST_STATUSES, type RequestStatus } from '@skelly/types/marketplace';
import { isEnded, otherOf, statusWords, toneOf, untilWords, viewerOf } from './request-words';
import { holdWords, splitWords, stepWords } from './step-words';
import { mara, requestOf, teo } from './testing/request';

test('whoever looks is the fan, the creator, or of support', () => {
  const request = requestOf();
  expect(viewerOf(request, mara.userId)).toBe('fan');
  expect(viewerOf(request, teo.userId)).toBe('creator');
  expect(viewerOf(request, 'somebody')).toBe('support');
  expect([otherOf(request, 'fan'), otherOf(request, 'creator')]).toEqual([teo, mara]);
});

test.each<[RequestStatus, string, string]>([
  ['requested', 'Waiting for Teo to answer', 'Waiting for your answer'],
  ['accepted', 'Teo is working on it', 'Yours to perform'],
  ['performed', 'Performed: yours to confirm', 'Performed, waiting for Mara to confirm'],
  ['disputed', 'Disputed, support decides', 'Disputed, support decides'],
  ['completed', 'Paid in full', 'Paid in full'],
  ['declined', 'Teo declined', 'You declined'],
  ['withdrawn', 'You withdrew it', 'Mara withdrew it'],
  ['expired', 'Ran out of time', 'Ran out of time'],
  ['refunded', 'All came back to you', 'All went back to Mara'],
])('%s: “%s” to the fan, “%s” to the creator', (status, fan, creator) => {
  const request = requestOf({ status, settledAmount: status === 'completed' ? 1_200 : 0 });
  expect(statusWords(request, 'fan')).toBe(fan);
  expect(statusWords(request, 'creator')).toBe(creator);
});

test('a part is said to be one', () => {
  expect(statusWords(requestOf({ status: 'performed', performedAmount: 400 }), 'fan')).toBe(
    'Performed in part: yours to confirm',
  );
  expect(statusWords(requestOf({ status: 'completed', settledAmount: 400 }), 'creator')).toBe(
    'Paid in part: 400 of 1,200 points',
  );
  expect(statusWords(requestOf({ status: 'disputed' }), 'support')).toBe('Disputed: yours to decide');
});

test('every status has a tone, and one turn at most', () => {
  for (const status of REQUEST_STATUSES) {
    const tones = (['fan', 'creator', 'support'] as const).map((viewer) => toneOf(status, viewer));
    expect(tones.filter((tone) => tone === 'turn')).toHaveLength(isEnded(status) ? 0 : 1);
  }
});

test.each([
  ['requested', 'fan', 'You asked, and the price was held', 'Mara asked, and the price was held'],
  ['accepted', 'creator', 'Teo accepted', 'You accepted'],
  ['completed', 'fan', 'You confirmed, and Teo was paid', 'Mara confirmed, and you were paid'],
  [
    'completed',
    'time',
    'Nobody disputed it in time, and Teo was paid',
    'Nobody disputed it in time, and you were paid',
  ],
  ['completed', 'support', 'Support decided, and Teo was paid', 'Support decided, and you were paid'],
  ['refunded', 'support', 'Support decided, and all was returned', 'Support decided, and all was returned'],
  ['expired', 'time', 'Time ran out, and all was returned', 'Time ran out, and all was returned'],
] as const)('%s by %s: “%s” to the fan, “%s” to the creator', (status, by, fan, creator) => {
  expect(stepWords({ status, by }, requestOf(), 'fan')).toBe(fan);
  expect(stepWords({ status, by }, requestOf(), 'creator')).toBe(creator);
});

const NOW = Date.parse('2026-05-01T10:00:00Z');
test.each([
  [-5_000, 'any moment'],
  [59_000, 'any moment'],
  [5 * 60_000, 'in 5 min'],
  [3 * 3_600_000, 'in 3 h'],
  [47 * 3_600_000, 'in 47 h'],
  [3 * 86_400_000, 'in 3 days'],
])('%d ms ahead: %s', (ahead, words) => {
  expect(untilWords(NOW + ahead, NOW)).toBe(words);
});

test('what is held, and how it is divided, is said in words', () => {
  expect(holdWords(1_200, 'points', 'Teo')).toBe(
    '1,200 points are held until Teo performs and you confirm. Declined or unanswered for 3 days, all comes back.',
  );
  const request = requestOf();
  expect(splitWords(400, request, 'support')).toBe('Teo gets 400 points, 800 points go back to Mara.');
  expect(splitWords(400, request, 'creator')).toBe('You get 400 points, 800 points go back to Mara.');
  expect(splitWords(1_199, request, 'fan')).toBe('Teo gets 1,199 points, 1 point goes back to you.');
  expect(splitWords(1_200, request, 'creator')).toBe('You get all of the 1,200 points.');
  expect(splitWords(0, request, 'support')).toBe('Teo gets nothing, all 1,200 points go back to Mara.');
});
