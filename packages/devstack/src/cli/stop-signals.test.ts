import { EventEmitter } from 'node:events';
import { listenForStop } from './stop-signals';

function listen() {
  const process = new EventEmitter();
  const lines: string[] = [];
  let endParent = () => {};
  const asked = listenForStop({
    process,
    watchParent: (gone) => {
      endParent = gone;
    },
    line: (text) => lines.push(text),
  });
  return { process, lines, asked, endParent: () => endParent() };
}

test('the first Ctrl-C stops in order, the second hurries it', () => {
  const { process, lines, asked } = listen();
  process.emit('SIGINT');
  expect([asked.stop.aborted, asked.hurry.aborted]).toEqual([true, false]);
  process.emit('SIGINT');
  expect(asked.hurry.aborted).toBe(true);
  expect(lines).toEqual(['SIGINT: stopping everything in order. Once more hurries it.', 'Killing what still runs']);
});

test('the end of npm counts like a signal', () => {
  const { process, asked, endParent } = listen();
  endParent();
  expect([asked.stop.aborted, asked.hurry.aborted]).toEqual([true, false]);
  process.emit('SIGTERM');
  expect(asked.hurry.aborted).toBe(true);
});
