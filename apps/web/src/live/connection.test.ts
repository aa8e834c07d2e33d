import { connectionWords } from './connection';

const clock = () => '14:02';

describe('connectionWords', () => {
  it.each([
    [{ state: 'live', lastLiveAt: 1 }, 'Live'],
    [{ state: 'connecting', lastLiveAt: null }, 'Connecting'],
    [{ state: 'connecting', lastLiveAt: 1 }, 'Reconnecting, last update 14:02'],
    [{ state: 'offline', lastLiveAt: 1 }, 'Offline'],
  ] as const)('%j is "%s"', (connection, words) => {
    expect(connectionWords(connection, clock)).toBe(words);
  });
});
