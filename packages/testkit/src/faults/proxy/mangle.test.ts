import { createRandom } from '../../crash/random';
import { drawMangling, mangleEntries } from './mangle';

const entries = Array.from({ length: 10 }, (_, index) => ({ Id: `${index}`, MessageBody: `body ${index}` }));

test('what is asked about queues is left alone', () => {
  const random = createRandom(1);
  const calls = Array.from({ length: 500 }, () => drawMangling(random, 'GetQueueAttributes'));
  expect(new Set(calls.map(({ holdMs, fate }) => `${holdMs} ${fate}`))).toEqual(new Set(['0 pass']));
});

test('some calls are refused, some lose their answer, and only sends are held', () => {
  const random = createRandom(1);
  const draw = (action: string) => Array.from({ length: 500 }, () => drawMangling(random, action));
  const [sends, receives] = [draw('SendMessageBatch'), draw('ReceiveMessage')];
  expect(new Set(sends.map(({ fate }) => fate))).toEqual(new Set(['pass', 'refuse', 'lose-answer']));
  expect(sends.some(({ holdMs }) => holdMs > 0)).toBe(true);
  expect(receives.every(({ holdMs }) => holdMs === 0)).toBe(true);
});

test('entries keep their ids and bodies in another order; copies come at once or late; a seed repeats it all', () => {
  const draw = () => {
    const random = createRandom(7);
    return Array.from({ length: 50 }, () => mangleEntries(random, entries));
  };
  const mangled = draw();
  expect(draw()).toEqual(mangled);
  for (const one of mangled) {
    const bodies = one.entries.map(({ Id, MessageBody }) => `${Id} ${MessageBody}`);
    expect(bodies.sort()).toEqual(entries.map(({ Id, MessageBody }) => `${Id} ${MessageBody}`).sort());
  }
  expect(mangled.some((one) => one.entries[0]?.Id !== '0')).toBe(true);
  expect(mangled.some(({ delayed }) => delayed > 0)).toBe(true);
  const waits = mangled.flatMap(({ copies }) => copies.map(({ afterMs }) => afterMs));
  expect(waits.some((wait) => wait === 0)).toBe(true);
  expect(waits.some((wait) => wait >= 1_000)).toBe(true);
});
