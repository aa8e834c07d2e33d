import { connectRecorder, type Recorder, startRecorder } from './recorder';

describe('the recorder', () => {
  let recorder: Recorder;
  beforeEach(async () => {
    recorder = await startRecorder();
  });
  afterEach(() => recorder.close());

  const effect = (eventId: string, position: number, holdMs = 0) => ({
    eventId,
    handler: 'tell',
    key: `key of ${eventId}`,
    holdMs,
    subject: 'line:1',
    position,
  });

  test('answers that a misdeed is due for as many tries as were planned, for each event and handler', async () => {
    const port = connectRecorder(recorder.url);
    const ask = (handler: string) => port.isDue({ eventId: 'e1', handler, kind: 'throw', times: 2 });
    expect([await ask('one'), await ask('one'), await ask('one'), await ask('two')]).toEqual([true, true, false, true]);
    expect(recorder.misdeeds.get('throw')).toBe(3);
  });

  test('sees two effects of one event at once, and not two after each other', async () => {
    const port = connectRecorder(recorder.url);
    await port.act(effect('e1', 1));
    await port.act(effect('e1', 1));
    expect(recorder.effects.get('e1 tell')).toMatchObject({ begun: 2, ended: 2, atOnce: 1 });
    await Promise.all([port.act(effect('e2', 2, 200)), port.act(effect('e2', 2, 200))]);
    expect(recorder.effects.get('e2 tell')).toMatchObject({ begun: 2, ended: 2, atOnce: 2 });
  });

  test('sees an effect that begins after a later one of its subject', async () => {
    const port = connectRecorder(recorder.url);
    for (const [eventId, position] of [
      ['e1', 1],
      ['e2', 2],
      ['e2', 2],
    ] as const)
      await port.act(effect(eventId, position));
    expect(recorder.overtaken).toEqual([]);
    await port.act(effect('e1', 1));
    expect(recorder.overtaken).toEqual(['e1 tell']);
  });
});
