import { checkRecurrence, nextTick, ticksDue } from './cron';

const BERLIN = 'Europe/Berlin';
const at = (time: string) => new Date(`2026-${time}Z`);
const shown = (moment: Date | null) => moment?.toISOString().slice(5, 16);

/** The ticks after a moment, in UTC. */
function ticks(cron: string, after: string, count: number): (string | undefined)[] {
  let moment = at(after);
  return Array.from({ length: count }, () => {
    moment = nextTick({ cron, timeZone: BERLIN }, moment) as Date;
    return shown(moment);
  });
}

describe('where clocks go forward, 2026-03-29 in Berlin', () => {
  test('one time of day in the hour that is not there comes at its end', () => {
    expect(ticks('30 2 * * *', '03-28T00:00', 3)).toEqual(['03-28T01:30', '03-29T01:00', '03-30T00:30']);
    expect(ticks('0 2 * * *', '03-28T12:00', 2)).toEqual(['03-29T01:00', '03-30T00:00']);
  });

  test('of several times, those in the hour that is not there do not come', () => {
    expect(ticks('0,30 2 * * *', '03-28T12:00', 2)).toEqual(['03-30T00:00', '03-30T00:30']);
    expect(ticks('30 1-3 * * *', '03-28T23:00', 3)).toEqual(['03-29T00:30', '03-29T01:30', '03-29T23:30']);
  });

  test('what comes every hour or minute is not disturbed', () => {
    expect(ticks('0 * * * *', '03-28T23:30', 4)).toEqual(['03-29T00:00', '03-29T01:00', '03-29T02:00', '03-29T03:00']);
    expect(ticks('*/30 * * * *', '03-29T00:15', 3)).toEqual(['03-29T00:30', '03-29T01:00', '03-29T01:30']);
  });
});

describe('where clocks go back, 2026-10-25 in Berlin', () => {
  test('one time of day in the hour that is there twice comes once, the first time', () => {
    expect(ticks('30 2 * * *', '10-24T12:00', 2)).toEqual(['10-25T00:30', '10-26T01:30']);
    expect(ticks('30 2 * * *', '10-25T00:45', 1)).toEqual(['10-26T01:30']);
  });

  test('several times come in both', () => {
    expect(ticks('0,30 2 * * *', '10-24T22:00', 5)).toEqual([
      '10-25T00:00',
      '10-25T00:30',
      '10-25T01:00',
      '10-25T01:30',
      '10-26T01:00',
    ]);
    expect(ticks('0 * * * *', '10-24T23:30', 3)).toEqual(['10-25T00:00', '10-25T01:00', '10-25T02:00']);
    expect(ticks('*/30 * * * *', '10-25T00:15', 4)).toEqual([
      '10-25T00:30',
      '10-25T01:00',
      '10-25T01:30',
      '10-25T02:00',
    ]);
  });
});

describe('ticks that were missed', () => {
  const due = (missed: 'latest' | 'all', cron: string, pending: string, now: string) => {
    const { fire, next } = ticksDue({ cron, timeZone: BERLIN, missed }, { pending: at(pending), now: at(now) });
    return { fire: fire.map(shown), next: shown(next) };
  };

  test('latest fires the last of them', () => {
    expect(due('latest', '0 * * * *', '06-01T08:00', '06-01T12:34')).toEqual({
      fire: ['06-01T12:00'],
      next: '06-01T13:00',
    });
    expect(due('latest', '0 * * * *', '06-01T08:00', '06-01T08:00')).toEqual({
      fire: ['06-01T08:00'],
      next: '06-01T09:00',
    });
    expect(due('latest', '0 * * * *', '06-01T08:00', '06-01T08:00:00.004')).toMatchObject({ fire: ['06-01T08:00'] });
    expect(due('latest', '30 2 * * *', '03-29T01:00', '03-29T01:00')).toEqual({
      fire: ['03-29T01:00'],
      next: '03-30T00:30',
    });
  });

  test('all fires each, a bounded number at a time', () => {
    expect(due('all', '0 * * * *', '06-01T08:00', '06-01T10:34')).toEqual({
      fire: ['06-01T08:00', '06-01T09:00', '06-01T10:00'],
      next: '06-01T11:00',
    });
    const many = due('all', '* * * * *', '06-01T00:00', '06-01T10:00');
    expect(many.fire).toHaveLength(100);
    expect(many.next).toBe('06-01T01:40');
  });
});

describe('checkRecurrence', () => {
  const check = (cron: string, timeZone = BERLIN) => checkRecurrence('report', { cron, timeZone }, at('06-01T00:00'));

  test.each(['* * * * *', '*/10 * * * * *', '0 12 * * MON#1', '0 0 L * *', '@daily'])('takes %s', (cron) => {
    expect(() => check(cron)).not.toThrow();
  });

  test.each([
    '',
    'daily',
    '* * *',
    '61 * * * *',
    '*/0 * * * *',
    '0 0 30 2 *',
    '0 0 0 1 1 * 2020',
    '2030-01-01T00:00:00',
  ])('refuses "%s", naming the schedule', (cron) => {
    expect(() => check(cron)).toThrow(
      expect.objectContaining({ code: 'cron_invalid', message: expect.stringContaining('"report"') }),
    );
  });

  test('refuses what is no zone', () => {
    expect(() => check('* * * * *', 'Mars/Base')).toThrow(expect.objectContaining({ code: 'time_zone_invalid' }));
    expect(() => check('* * * * *', '')).toThrow(expect.objectContaining({ code: 'time_zone_invalid' }));
  });
});
