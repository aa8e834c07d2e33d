import { connectionWords } from './connection';

const clock = () => '14:02';

describe('connectionWords', () => {
  it.each([
    [{ state: 'live', lastLiveAt: 1, waiting: 1 }, 'Live'],
    [{ state: 'connecting', lastLiveAt: null, waiting: 0 }, 'Connecting'],
    [{ state: 'connecting', lastLiveAt: 1, waiting: 0 }, 'Reconnecting, last update 14:02'],
    [{ state: 'offline', lastLiveAt: 1, waiting: 0 }, 'Offline'],
    [{ state: 'offline', lastLiveAt: 1, waiting: 1 }, 'Offline, 1 action waiting'],
    [{ state: 'offline', lastLiveAt: 1, waiting: 2 }, 'Offline, 2 actions waiting'],
  ] as const)('%j is "%s"', (connection, words) => {
    expect(connectionWords(connection, clock)).toBe(words);
  });
});
