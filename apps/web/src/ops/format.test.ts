import { cleanType } from './filter';
import { duration, shortId } from './format';

describe('what operators read', () => {
  it.each([
    [3.4, '3 ms'],
    [1240, '1.2 s'],
    [180_000, '3 min'],
  ])('%d ms is "%s"', (ms, words) => {
    expect(duration(ms)).toBe(words);
  });

  it('keeps both ends of an id', () => {
    expect(shortId('user:019aa3f2-7c11-7b6e-9d0a-5be1f0c2a911')).toBe('user:019aa3f2…a911');
    expect(shortId('system')).toBe('system');
  });

  it('leaves out of a filter what no type has', () => {
    expect(cleanType(' User:Reg<script>')).toBe('user:regscript');
    expect(cleanType(['user:'])).toBe('');
  });
});
