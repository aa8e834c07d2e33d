import { createRefreshLink } from './refresh-link';

test('a change is read by who shows it, also when that comes later', async () => {
  const link = createRefreshLink();
  await link.refresh();
  const read = jest.fn(async () => undefined);
  const disconnect = link.connect(read);
  expect(read).toHaveBeenCalledTimes(1);
  await link.refresh();
  expect(read).toHaveBeenCalledTimes(2);
  disconnect();
  await link.refresh();
  expect(read).toHaveBeenCalledTimes(2);
  link.connect(read);
  expect(read).toHaveBeenCalledTimes(3);
});

test('whoever comes when nothing has changed reads nothing', () => {
  const read = jest.fn(async () => undefined);
  createRefreshLink().connect(read);
  expect(read).not.toHaveBeenCalled();
});
