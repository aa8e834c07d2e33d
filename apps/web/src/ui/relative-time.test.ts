import { relativeWords } from './relative-time';

const now = new Date(2026, 4, 12, 15, 0).getTime();
const before = (minutes: number) => relativeWords(now - minutes * 60_000, now);

describe('relativeWords', () => {
  it('counts minutes, then hours of the same day', () => {
    expect(before(0)).toBe('Just now');
    expect(before(18)).toBe('18 min');
    expect(before(59)).toBe('59 min');
    expect(before(3 * 60)).toBe('3 h');
  });

  it('says Yesterday by the calendar and not by 24 hours', () => {
    expect(before(16 * 60)).toBe('Yesterday');
    expect(before(38 * 60)).toBe('Yesterday');
  });

  it('names older days, with the year when it is another', () => {
    expect(before(5 * 24 * 60)).toBe('May 7');
    expect(relativeWords(new Date(2025, 11, 24).getTime(), now)).toBe('Dec 24, 2025');
  });
});
