import { followDraft, openDraft, refuseDraft } from './setting-draft';

const env = 'EVENT_DEFAULT_MAX_RETRIES';
const at = (version: number, value: number | null) => ({ version, setting: { value, env } });
const opened = openDraft(at(4, 3));

describe('the draft of a setting', () => {
  test('stays with the version that it was opened at while its setting has the same value', () => {
    expect(followDraft(opened, { ...at(4, 3), wanted: 5 })).toBe(opened);
    expect(followDraft(opened, { ...at(5, 3), wanted: 5 })).toBe(opened);
    expect(opened).toMatchObject({ version: 4, news: null });
  });

  test('takes another value and its version together with the words for it', () => {
    const told = followDraft(opened, { ...at(6, 10), wanted: 3 });
    expect(told).toMatchObject({ version: 6, value: 10, news: { title: 'Somebody changed this to 10 meanwhile' } });
    // Nothing new: the same words stand on.
    expect(followDraft(told, { ...at(6, 10), wanted: 4 })).toBe(told);
    expect(followDraft(told, { ...at(7, 10), wanted: 4 })).toBe(told);
    expect(followDraft(told, { ...at(8, 11), wanted: 4 })).toMatchObject({
      version: 8,
      news: { title: 'Somebody changed this to 11 meanwhile' },
    });
  });

  test('tells of a value that was changed past the version', () => {
    expect(followDraft(opened, { ...at(4, 10), wanted: 3 }).news?.title).toBe('Somebody changed this to 10 meanwhile');
  });

  test('tells when the environment has the say again', () => {
    expect(followDraft(opened, { ...at(5, null), wanted: 3 })).toMatchObject({
      version: 5,
      value: null,
      news: { title: 'Somebody took this back to what EVENT_DEFAULT_MAX_RETRIES says meanwhile' },
    });
  });

  test('blames nobody for the value that is wanted here', () => {
    expect(followDraft(opened, { ...at(5, 7), wanted: 7 }).news?.title).toBe('This is 7 now');
  });

  test('once refused, keeps its version until settings have been read', () => {
    const refused = refuseDraft(opened);
    expect(refused).toMatchObject({ version: 4, news: { title: 'Somebody changed settings meanwhile' } });
    expect(followDraft(refused, { ...at(4, 3), wanted: 5 })).toBe(refused);
    expect(followDraft(refused, { ...at(5, 10), wanted: 5 })).toMatchObject({
      version: 5,
      refused: false,
      news: { title: 'Somebody changed this to 10 meanwhile' },
    });
  });

  test('once refused because of another setting, says so and takes the version', () => {
    const told = followDraft(refuseDraft(opened), { ...at(5, 3), wanted: 5 });
    expect(told).toMatchObject({ version: 5, value: 3, refused: false });
    expect(told.news?.text).toContain('this one is as it was');
    expect(followDraft(told, { ...at(6, 3), wanted: 5 })).toBe(told);
  });
});
