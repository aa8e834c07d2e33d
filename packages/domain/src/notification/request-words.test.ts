import { REQUEST_STATUSES } from '@skelly/types/marketplace';
import { requestHref, requestWords } from './request-words';
import { inAppText, mailText } from './templates';

const told = {
  requestId: '00000000-0000-7000-8000-000000000001',
  title: 'Custom song',
  who: 'Mara',
  side: 'fan',
  status: 'accepted',
  by: 'creator',
  amount: 1_500,
  currency: 'points',
  settledAmount: 0,
  refundedAmount: 0,
} as const;

describe('the words of a request’s steps', () => {
  test('say who did what, and what becomes of the money', () => {
    expect(requestWords(told)).toEqual({
      title: 'Mara accepted Custom song',
      body: '1,500 points stay held until it is performed.',
    });
    const paid = { ...told, status: 'completed', settledAmount: 1_500 } as const;
    expect(requestWords({ ...paid, by: 'time' })).toEqual({
      title: 'Custom song is complete',
      body: 'Mara got 1,500 points.',
    });
    const split = { ...paid, by: 'support', settledAmount: 1_000, refundedAmount: 500 } as const;
    expect(requestWords(split)).toEqual({
      title: 'Support decided on Custom song',
      body: 'Mara got 1,000 points, and 500 points are back in your wallet.',
    });
    expect(requestWords({ ...split, side: 'creator', who: 'Teo' }).body).toBe('1,000 points are in your earnings.');
    const refunded = { ...told, status: 'refunded', by: 'support', refundedAmount: 1_500 } as const;
    expect(requestWords(refunded).body).toBe('1,500 points are back in your wallet.');
    expect(requestWords({ ...refunded, side: 'creator', who: 'Teo' }).body).toBe('1,500 points went back to Teo.');
  });

  test.each(REQUEST_STATUSES)('%s: name the request in the app and by mail, for both sides', (status) => {
    for (const side of ['fan', 'creator'] as const) {
      const message = { category: 'requests', data: { ...told, status, side, title: '<b>Song</b>' } } as const;
      const { title, body, href } = inAppText(message);
      expect(`${title} ${body}`).toContain('<b>Song</b>');
      expect(href).toBe(requestHref(told));
      const mail = mailText(message, { displayName: 'Teo', publicUrl: 'http://skelly.test' });
      expect(mail.subject).toBe(title);
      expect(mail.text).toContain(`http://skelly.test/requests/${told.requestId}`);
      expect(mail.html).not.toContain('<b>Song');
    }
  });
});
