import { describeAllowed, SETTING_KEYS, SETTINGS, settingSchema } from './index';

describe('the catalog of settings', () => {
  test.each(SETTING_KEYS)(
    '%s has a default that it allows, a variable of its own, and somebody who follows it',
    (key) => {
      const definition = SETTINGS[key];
      expect(settingSchema(definition).safeParse(definition.default).success).toBe(true);
      expect(SETTING_KEYS.filter((other) => SETTINGS[other].env === definition.env)).toEqual([key]);
      expect(definition.followedBy.length).toBeGreaterThan(0);
      expect(key).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);
    },
  );

  test('says what is allowed', () => {
    expect(describeAllowed(SETTINGS['handler.timeoutMs'])).toBe('a whole number of milliseconds from 10 to 43200000');
    expect(describeAllowed(SETTINGS['retry.jitter'])).toBe('true or false');
    expect(describeAllowed(SETTINGS['log.level'])).toBe('one of trace, debug, info, warn, error, fatal, silent');
    const told = (key: keyof typeof SETTINGS, value: unknown) =>
      settingSchema(SETTINGS[key])
        .safeParse(value)
        .error?.issues.map(({ message }) => message);
    const timeout = ['must be a whole number of milliseconds from 10 to 43200000'];
    for (const wrong of ['30s', 9, 10.5, 43_200_001, null, [30]])
      expect(told('handler.timeoutMs', wrong)).toEqual(timeout);
    expect(told('retry.jitter', 'yes')).toEqual(['must be true or false']);
    expect(told('log.level', 'loud')).toEqual(['must be one of trace, debug, info, warn, error, fatal, silent']);
  });
});
