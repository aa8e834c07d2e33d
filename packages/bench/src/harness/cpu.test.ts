import { readCpuSeconds } from './cpu';

test('a process that has ended tells nothing', () => {
  expect(readCpuSeconds(2 ** 30)).toBeUndefined();
});

test('this process has used what Node says, where it can be told at all', () => {
  const { user, system } = process.cpuUsage();
  const used = (user + system) / 1e6;
  expect(Math.abs((readCpuSeconds(process.pid) ?? used) - used)).toBeLessThan(1);
});
