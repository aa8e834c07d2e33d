import { expect, test } from '@playwright/test';
import { openNotifications } from './support/notifications';
import { join, newPerson, untilLive } from './support/people';
import { bell, openTabs, userIdOf } from './support/tabs';

test('where WebSockets do not pass, everything comes by a stream of server-sent events', async ({ context }) => {
  await context.routeWebSocket(/\/ws$/, (socket) => socket.close());
  const first = await context.newPage();
  await join(first, newPerson());
  await first.close();
  const streams: string[] = [];
  context.on('request', (request) => {
    if (new URL(request.url()).pathname === '/stream') streams.push(request.url());
  });
  const tabs = await openTabs(context, 2, '/home');
  expect(streams.length).toBeGreaterThan(0);
  const inbox = await openNotifications(await userIdOf(context));
  await inbox.add('Note', 1, 3);
  await inbox.close();
  for (const tab of tabs) {
    await expect(bell(tab)).toHaveAccessibleName('Notifications, 4 new');
    await untilLive(tab);
  }
});
