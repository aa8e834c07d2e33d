import { renderLogLine } from '../stack/log-line';
import { readArguments } from './arguments';

test('start is the default; flags are read', () => {
  expect(readArguments([])).toEqual({
    mode: 'start',
    fresh: false,
    localstack: false,
    portBase: undefined,
    help: false,
  });
  expect(readArguments(['dev', '--fresh', '--port-base', '5400'])).toMatchObject({
    mode: 'dev',
    fresh: true,
    portBase: '5400',
  });
});

test.each([[['restart']], [['start', 'now']], [['--force']], [['--port-base']]])('%p is refused', (words) => {
  expect(() => readArguments(words)).toThrow();
});

test('of an app’s log people see warnings, errors and what is no JSON', () => {
  expect(renderLogLine('api', '{"level":"info","msg":"request"}')).toBeNull();
  expect(renderLogLine('api', '{"level":"error","msg":"no","err":{"stack":"Error: x\\n at y"}}')).toBe(
    'api      no\nError: x\n at y',
  );
  expect(renderLogLine('web', ' ✓ Ready in 2s')).toBe('web       ✓ Ready in 2s');
  expect(renderLogLine('web', '')).toBeNull();
});
