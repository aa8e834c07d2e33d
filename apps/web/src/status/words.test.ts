import type { SystemPart } from '@skelly/types/system';
import { healthWords } from './words';

const health = (...parts: SystemPart[]) => ({
  state: parts.length > 0 ? ('degraded' as const) : ('ok' as const),
  parts,
  version: 1,
  changedAt: '2026-11-21T12:00:00.000Z',
});
const member = { isOperator: false, connection: 'live' } as const;
const operator = { isOperator: true, connection: 'live' } as const;

describe('the words of the status banner', () => {
  it('are plain for members, and name the part for operators', () => {
    expect(healthWords(health('worker', 'delivery'), member)).toBe(
      'Some things take longer than usual. Nothing is lost.',
    );
    expect(healthWords(health('worker', 'delivery'), operator)).toBe(
      'Degraded: no worker is ready, events wait to be worked on.',
    );
  });

  it('are none when all is well, or nothing is known', () => {
    expect(healthWords(health(), operator)).toBeUndefined();
    expect(healthWords(null, member)).toBeUndefined();
  });

  it('are none beside the dot that says offline, nor of gateways to whoever is live', () => {
    expect(healthWords(health('api'), { ...member, connection: 'offline' })).toBeUndefined();
    expect(healthWords(health('gateway'), operator)).toBeUndefined();
    expect(healthWords(health('gateway'), { ...operator, connection: 'connecting' })).toBe(
      'Degraded: no gateway is ready.',
    );
  });
});
