import { createCooldown } from './cooldown';

describe('createCooldown', () => {
  test('leaves a queue alone ever longer, up to a bound, and forgets when it takes again', () => {
    let time = 0;
    const cooldown = createCooldown(() => new Date(time));
    const pauses: number[] = [];
    for (let refusal = 0; refusal < 10; refusal += 1) {
      cooldown.refused('mail');
      pauses.push(cooldown.remaining('mail'));
      time += cooldown.remaining('mail');
      expect(cooldown.remaining('mail')).toBe(0);
    }
    expect(pauses).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    expect(cooldown.remaining('main')).toBe(0);
    cooldown.took('mail');
    cooldown.refused('mail');
    expect(cooldown.remaining('mail')).toBe(250);
  });

  test('lets one try a queue that refused, while the others leave it alone', () => {
    let time = 0;
    const cooldown = createCooldown(() => new Date(time));
    expect(cooldown.onTrial('mail')).toBe(false);
    cooldown.refused('mail');
    time += 250;
    expect([cooldown.onTrial('mail'), cooldown.remaining('mail')]).toEqual([true, 0]);
    cooldown.trying('mail', 4_500);
    expect(cooldown.remaining('mail')).toBe(4_500);
    cooldown.took('mail');
    expect([cooldown.onTrial('mail'), cooldown.remaining('mail')]).toEqual([false, 0]);
  });
});
