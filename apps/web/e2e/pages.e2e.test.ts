import { expect, type Page, test as plain } from '@playwright/test';
import { type BrokenWeb, startBrokenWeb } from './support/broken-web';
import { type ConsoleWatch, watchConsole } from './support/console-watch';
import { command, GUILD_HALL, makeRoom, postNote } from './support/guild';
import { holdRequests, openSlowly } from './support/hold';
import { openWrongWallet } from './support/ledger';
import { mailTo, verificationLink } from './support/mail';
import { marketTours } from './support/market-tours';
import { fillRegistration, join, joinAsAdmin, newPerson, openForm, register, untilLive } from './support/people';
import { takePictures } from './support/pictures';
import { whilePaused } from './support/processes';
import { pageRoutes } from './support/routes';
import { changeMeanwhile, openSetting, settingRow, unset } from './support/settings';
import { shown } from './support/shown';
import { userIdOf } from './support/tabs';
import { type State, states, type Tour, unreachable } from './support/tour';
import { beginTopUp, openWallet, openWallets, ownName, reviewTransfer } from './support/wallets';

const test = plain.extend<object, { broken: BrokenWeb }>({
  broken: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's dependencies from its first parameter
    async ({}, use) => {
      const broken = await startBrokenWeb();
      await use(broken);
      await broken.stop();
    },
    { scope: 'worker' },
  ],
});
test.describe.configure({ mode: 'parallel', timeout: 120_000 });

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const failing = { status: 503, headers: { 'retry-after': '5' }, contentType: 'application/problem+json', body: '{}' };

const tours: Record<string, Tour> = {
  '/': {
    normal: async ({ page, shoot }) => {
      await page.goto('/');
      await expect(page.getByRole('link', { name: 'Create your account' })).toBeVisible();
      await shoot();
    },
    loading: 'it is one answer of the server',
    empty: 'it shows no data',
    offline: 'nothing on it asks the server',
    error: async ({ page, broken, shoot }) => {
      // The front page does without the API.
      await page.goto(broken.url);
      await expect(page.getByRole('link', { name: 'Create your account' })).toBeVisible();
      await shoot();
    },
  },
  '/register': {
    normal: async ({ page, shoot }) => {
      await openForm(page, '/register');
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await openForm(page, '/register');
      await fillRegistration(page, newPerson());
      const release = await holdRequests(page, (request) => request.url().endsWith('/api/auth/register'));
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('button', { name: 'Create account' })).toHaveAttribute('aria-disabled', 'true');
      await shoot();
      await release();
      await page.waitForURL('**/home');
    },
    empty: 'it shows no data',
    offline: async ({ page, context, shoot }) => {
      await openForm(page, '/register');
      await fillRegistration(page, newPerson());
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async ({ page, shoot }) => {
      await openForm(page, '/register');
      await fillRegistration(page, newPerson());
      await page.route('**/api/auth/register', (route) => route.fulfill(failing));
      await page.getByRole('button', { name: 'Create account' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'in 5 seconds' })).toBeVisible();
      await shoot();
    },
  },
  '/login': {
    normal: async ({ page, shoot }) => {
      await openForm(page, '/login');
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await openForm(page, '/login');
      await page.getByLabel('Email').fill('mara@example.com');
      await page.getByLabel('Password', { exact: true }).fill('a lantern in the moss');
      await holdRequests(page, (request) => request.url().endsWith('/api/auth/login'));
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('button', { name: 'Sign in' })).toHaveAttribute('aria-disabled', 'true');
      await shoot();
    },
    empty: 'it shows no data',
    offline: async ({ page, context, shoot }) => {
      await openForm(page, '/login');
      await page.getByLabel('Email').fill('mara@example.com');
      await page.getByLabel('Password', { exact: true }).fill('a lantern in the moss');
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async ({ page, shoot }) => {
      await openForm(page, '/login');
      await page.getByLabel('Email').fill('nobody@example.com');
      await page.getByLabel('Password', { exact: true }).fill('not the password');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'do not match' })).toBeVisible();
      await shoot();
    },
  },
  '/home': {
    normal: async ({ page, shoot }) => {
      await register(page, newPerson());
      await untilLive(page);
      await expect(page.locator('[data-toast]')).toBeVisible();
      await expect(shown(page.getByText('Europe/').or(page.getByText('UTC')))).toBeVisible();
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/notifications',
        link: 'Home',
        to: '/home',
        loading: 'Loading home',
      });
      await shoot();
      await release();
      await expect(shown(page.locator('[data-step="email"]'))).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await whilePaused('worker', async () => {
        await join(page, newPerson());
        await page.goto('/home');
        await untilLive(page);
        await expect(shown(page.getByText('Nothing yet'))).toBeVisible();
        await shoot();
      });
      // What waited comes by itself.
      await expect(page.getByRole('list', { name: 'Latest activity' })).toBeVisible();
    },
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/home');
      await expect(page.getByRole('button', { name: 'Notifications, 1 new' })).toBeVisible();
      await untilLive(page);
      await context.setOffline(true);
      await expect(page.getByRole('status').filter({ hasText: 'Offline', visible: true })).toBeVisible();
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/home');
      stage.broken.connect(true);
      await stage.page.getByRole('button', { name: 'Try again' }).click();
      await expect(shown(stage.page.locator('[data-step="email"]'))).toBeVisible();
      stage.broken.connect(false);
    },
  },
  '/notifications': {
    normal: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto('/notifications');
      await untilLive(page);
      const list = page.getByRole('list', { name: 'Notifications' });
      await expect(list.getByRole('listitem')).toHaveCount(1);
      await shoot();
      await list.getByRole('button', { name: 'Why this?' }).click();
      await expect(list.getByText('In the app: delivered')).toBeVisible();
      await takePictures(page, 'notifications.why');
      await list.getByRole('button', { name: 'Archive' }).click();
      await expect(page.getByRole('button', { name: 'Undo' })).toBeFocused();
      await takePictures(page, 'notifications.archived');
      await page.getByRole('button', { name: 'Archive', exact: true }).click();
      await expect(page).toHaveURL(/\?show=archived$/);
      await expect(list.getByRole('button', { name: 'Put back' })).toBeVisible();
      await takePictures(page, 'notifications.archive');
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/home',
        link: 'Notifications',
        to: '/notifications',
        loading: 'Loading notifications',
      });
      await shoot();
      await release();
      await expect(page.getByRole('list', { name: 'Notifications' })).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await whilePaused('worker', async () => {
        await join(page, newPerson());
        await page.goto('/notifications');
        await untilLive(page);
        await expect(shown(page.getByText('Nothing yet'))).toBeVisible();
        await shoot();
      });
    },
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/notifications');
      await untilLive(page);
      await context.setOffline(true);
      await page.getByRole('main').getByRole('button', { name: 'Mark all read' }).click();
      // Shown as done, and said to be under way.
      await expect(page.getByRole('button', { name: 'Notifications', exact: true })).toBeVisible();
      const waiting = page.getByRole('status').filter({ hasText: 'Offline, 1 action waiting', visible: true });
      await expect(waiting).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/notifications');
    },
  },
  '/settings/notifications': {
    normal: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto('/settings/notifications');
      await untilLive(page);
      await page.getByRole('group', { name: 'Account' }).getByRole('switch', { name: 'By mail' }).click();
      await expect(page.getByRole('group', { name: 'Account' }).getByRole('switch', { name: 'By mail' })).toBeChecked();
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/notifications',
        within: 'main',
        link: /^Settings$/,
        to: '/settings/notifications',
        loading: 'Loading settings',
      });
      await shoot();
      await release();
      await expect(page.getByRole('group', { name: 'Account' })).toBeVisible();
    },
    empty: 'there is always something to choose',
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/settings/notifications');
      await untilLive(page);
      await context.setOffline(true);
      const account = page.getByRole('group', { name: 'Account' });
      await account.getByRole('switch', { name: 'By mail' }).click();
      // Put back, with a word at its place.
      await expect(account.getByRole('alert')).toContainText('Not kept');
      await expect(account.getByRole('switch', { name: 'By mail' })).not.toBeChecked();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/settings/notifications');
    },
  },
  '/guild': {
    normal: async ({ page, browser, shoot }) => {
      const teo = await (await browser.newContext()).newPage();
      await join(teo, newPerson('Teo'));
      await makeRoom(teo, { name: 'Bone carvers', access: 'open' });
      await join(page, newPerson());
      await makeRoom(page, { name: 'Lantern night', access: 'invitation' });
      await page.goto('/guild');
      await untilLive(page);
      await teo.goto(`/guild/${GUILD_HALL}`);
      await expect(page.locator('[data-room="Guild hall"]')).toContainText(/\d+ here/);
      await shoot();
      await teo.context().close();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, { from: '/home', link: 'Guild', to: '/guild', loading: 'Loading rooms' });
      await shoot();
      await release();
      await expect(page.getByRole('list', { name: 'Your rooms' })).toBeVisible();
    },
    empty: 'everyone finds the Guild hall in it',
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto('/guild');
      await untilLive(page);
      await page.getByRole('button', { name: 'Make a room' }).click();
      await page.getByLabel('Name', { exact: true }).fill('Night watch');
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Make room' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/guild');
    },
  },
  '/guild/[roomId]': {
    normal: async ({ page, browser, shoot }) => {
      const [mara, teo] = [newPerson(), newPerson('Teo')];
      await join(page, mara);
      const roomId = await makeRoom(page, { name: 'Bone carvers', access: 'open' });
      const other = await (await browser.newContext()).newPage();
      await join(other, teo);
      await command(other, `/api/rooms/${roomId}/join`);
      await other.goto(`/guild/${roomId}`);
      await untilLive(other);
      await page.goto(`/guild/${roomId}`);
      await untilLive(page);
      await postNote(page, 'Who has spare bones? I need three for the lantern.');
      await postNote(other, 'Two here, they are yours.\nMeet me in the hall.');
      await other.getByLabel('Write a note').pressSequentially('And', { delay: 50 });
      await expect(page.locator('[data-person="Teo"]')).toBeVisible();
      await shoot();
      await other.context().close();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/guild',
        link: /Guild hall/,
        to: `/guild/${GUILD_HALL}`,
        loading: 'Loading room',
        within: 'main',
      });
      await shoot();
      await release();
      await expect(page.getByLabel('Write a note')).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto(`/guild/${await makeRoom(page, { name: 'Lantern night', access: 'invitation' })}`);
      await untilLive(page);
      await expect(shown(page.getByText('No notes yet'))).toBeVisible();
      await shoot();
    },
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto(`/guild/${await makeRoom(page, { name: 'Bone carvers', access: 'open' })}`);
      await untilLive(page);
      await postNote(page, 'Is anybody there?');
      await context.setOffline(true);
      await page.getByLabel('Write a note').fill('The cellar has no reception.');
      await page.getByRole('button', { name: 'Post' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'Not posted' })).toBeVisible();
      await expect(page.getByRole('status').filter({ hasText: 'Offline', visible: true })).toBeVisible();
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
      await page.getByRole('button', { name: 'Try again' }).click();
      await expect(page.locator('[data-pending]')).toHaveCount(0);
      await expect(page.locator('[data-note]')).toHaveCount(2);
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, `/guild/${GUILD_HALL}`);
    },
  },
  ...marketTours,
  '/wallet': {
    normal: async ({ page, browser, shoot }) => {
      test.setTimeout(120_000);
      await join(page, newPerson());
      const me = await userIdOf(page.context());
      const teo = await (await browser.newContext()).newPage();
      await join(teo, newPerson('Teo'));
      const teoId = await userIdOf(teo.context());
      const wallets = await openWallets();
      await wallets.give(me, 16_000);
      await wallets.give(teoId, 2_000);
      await wallets.pay(me, teoId, 800, 'performance');
      await wallets.pay(teoId, me, 400, 'midnight-set');
      await wallets.service.transfer({ userId: teoId, toUserId: me, amount: 250, reason: 'member_transfer' });
      await wallets.service.transfer({ userId: me, toUserId: teoId, amount: 500, reason: 'member_transfer' });
      const about = { userId: me, reason: 'performance_request', featureType: 'custom-song' } as const;
      await wallets.service.holdInEscrow({ ...about, amount: 1_200 });
      const declined = await wallets.service.holdInEscrow({ ...about, amount: 600 });
      const escrowId = declined.escrowId as string;
      await wallets.service.refundEscrow({ userId: me, escrowId, reason: 'performance_declined' });
      await wallets.service.credit({ userId: me, amount: 50, reason: 'reward', featureType: 'daily-streak' });
      await openWallet(page);
      await shoot();
      await page.locator('[data-entry]').last().scrollIntoViewIfNeeded();
      await takePictures(page, 'wallet.statement');
      await page.getByText('As a table').click();
      await expect(page.getByRole('region', { name: 'Balance by day' })).toBeVisible();
      await takePictures(page, 'wallet.table');
      await page.getByRole('button', { name: 'Top up' }).click();
      await expect(page.getByRole('dialog', { name: 'Top up' })).toBeVisible();
      await takePictures(page, 'wallet.top-up-dialog');
      await wallets.close();
      await teo.context().close();
    },
    loading: async ({ page, shoot }) => {
      await join(page, newPerson());
      const release = await openSlowly(page, {
        from: '/home',
        link: 'Wallet',
        to: '/wallet',
        loading: 'Loading wallet',
      });
      await shoot();
      await release();
      await expect(page.getByRole('button', { name: 'Send', exact: true })).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await join(page, newPerson());
      await openWallet(page);
      await expect(shown(page.getByText('Nothing has moved yet'))).toBeVisible();
      await shoot();
    },
    offline: async ({ page, context, browser, shoot }) => {
      await join(page, newPerson());
      const wallets = await openWallets();
      await wallets.give(await userIdOf(context), 900);
      await wallets.close();
      const teo = newPerson(ownName('Teo'));
      const other = await (await browser.newContext()).newPage();
      await join(other, teo);
      await openWallet(page);
      await reviewTransfer(page, teo.displayName, '300');
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Send 300 points' }).click();
      // Put back, with a word at its place.
      await expect(page.getByRole('dialog').getByRole('alert')).toContainText('There is no connection');
      await shoot();
      await context.setOffline(false);
      await untilLive(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Try again' }).click();
      await expect(page.locator('[data-transfer="sent"]')).toBeVisible();
      await other.context().close();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, '/wallet');
    },
  },
  '/wallet/top-up/[topUpId]': {
    normal: async ({ page, shoot }) => {
      await join(page, newPerson());
      await page.goto((await beginTopUp(page, 1_000)).checkoutUrl);
      await untilLive(page);
      await expect(page.getByRole('button', { name: 'Pay', exact: true })).toBeVisible();
      await shoot();
      await page.getByRole('button', { name: 'Let it fail' }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'The payment failed' })).toBeVisible();
      await takePictures(page, 'wallet.top-up.failed');
    },
    loading: 'its address comes with the answer to the command that begins it, so no link to it is fetched ahead',
    empty: 'there is no top-up without an amount',
    offline: async ({ page, context, shoot }) => {
      await join(page, newPerson());
      await page.goto((await beginTopUp(page, 1_000)).checkoutUrl);
      await untilLive(page);
      await context.setOffline(true);
      await page.getByRole('button', { name: 'Pay', exact: true }).click();
      await expect(page.getByRole('alert').filter({ hasText: 'No connection' })).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await join(stage.page, newPerson());
      await unreachable(stage, `/wallet/top-up/${crypto.randomUUID()}`);
    },
  },
  '/verify-email': {
    normal: async ({ page, shoot }) => {
      const person = newPerson();
      await join(page, person);
      await page.goto(verificationLink(await mailTo(person.email)));
      await expect(heading(page, 'Your email is confirmed')).toBeVisible();
      await shoot();
    },
    loading: async ({ page, shoot }) => {
      await holdRequests(page, (request) => request.url().endsWith('/api/auth/verify-email'));
      await page.goto('/verify-email?token=this-one-waits-for-an-answer');
      await expect(page.getByText('Loading your confirmation')).toBeAttached();
      await shoot();
    },
    empty: async ({ page, shoot }) => {
      // The address without a token.
      await page.goto('/verify-email');
      await expect(heading(page, 'This link does not work')).toBeVisible();
      await shoot();
    },
    offline: async ({ page, shoot }) => {
      await page.route('**/api/auth/verify-email', (route) => route.abort('internetdisconnected'));
      await page.goto('/verify-email?token=this-one-never-arrives-there');
      await expect(heading(page, 'No connection')).toBeVisible();
      await shoot();
    },
    error: async ({ page, shoot }) => {
      await page.goto('/verify-email?token=nobody-ever-sent-this-token');
      await expect(heading(page, 'This link does not work')).toBeVisible();
      await shoot();
    },
  },
  '/ops': {
    normal: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops');
      await untilLive(page);
      await shoot();
      await page.locator('[data-type="user:registered"] button').first().click();
      await expect(page.getByRole('heading', { name: 'Way of this event' })).toBeVisible();
      await takePictures(page, 'ops.chosen');
    },
    loading: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      const release = await openSlowly(page, {
        from: '/home',
        link: 'Operations',
        to: '/ops',
        loading: 'Loading events',
      });
      await shoot();
      await release();
      await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
    },
    empty: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops?type=nothing:of-this');
      await untilLive(page);
      await expect(shown(page.getByText('No event of this type'))).toBeVisible();
      await shoot();
      await page.getByRole('button', { name: 'Show all events' }).click();
      await expect(page.getByRole('table', { name: 'Events' })).toBeVisible();
      await expect(page).toHaveURL(/\/ops$/);
    },
    offline: async ({ page, context, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops');
      await untilLive(page);
      await context.setOffline(true);
      await page.getByRole('button', { name: 'user:', exact: true }).click();
      const alert = page.getByRole('alert').filter({ hasText: 'not current' });
      await expect(alert).toBeVisible();
      await expect(page.getByRole('status').filter({ hasText: 'Offline', visible: true })).toBeVisible();
      await shoot();
      // What could not be read is read by itself.
      await context.setOffline(false);
      await expect(alert).toBeHidden();
    },
    error: async (stage) => {
      await joinAsAdmin(stage.page);
      await unreachable(stage, '/ops');
    },
  },
  '/ops/ledger': {
    normal: async ({ page, refused, shoot }) => {
      test.setTimeout(180_000);
      await joinAsAdmin(page);
      await page.goto('/ops/ledger');
      await untilLive(page);
      await expect(shown(page.locator('[data-audit="done"]'))).toBeVisible({ timeout: 45_000 });
      await takePictures(page, 'ops.ledger.right');
      const wrong = await openWrongWallet();
      const frozen = page.locator(`[data-frozen="${wrong.owner}"]`);
      await expect(frozen).toContainText('audit: balance', { timeout: 45_000 });
      await expect(page.locator('[data-violation="balance"]').first()).toContainText('balance 700');
      await frozen.getByRole('button', { name: /^Unfreeze the wallet/ }).click();
      const reason = frozen.getByLabel('What was repaired');
      await expect(reason).toBeFocused();
      await reason.fill('set back to nothing');
      refused();
      await page.keyboard.press('Enter');
      await expect(frozen).toContainText('The wallet is not right yet: available holds 700, its transfers say 0.');
      await shoot();
      await wrong.repair();
      await frozen.getByRole('button', { name: 'Unfreeze', exact: true }).click();
      await expect(frozen).toBeHidden();
      await expect(page.locator('[data-violation="balance"]').first()).toContainText('set back to nothing');
      await wrong.close();
    },
    loading: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      const release = await openSlowly(page, {
        from: '/ops',
        within: 'nav[aria-label="Operations"]',
        link: 'Ledger',
        to: '/ops/ledger',
        loading: 'Loading ledger',
      });
      await shoot();
      await release();
      await expect(page.locator('[data-audit]')).toBeVisible();
    },
    empty: 'the normal one begins with nothing found',
    offline: async ({ page, context, shoot }) => {
      test.setTimeout(90_000);
      await joinAsAdmin(page);
      await page.goto('/ops/ledger');
      await untilLive(page);
      await context.setOffline(true);
      const alert = page.getByRole('alert').filter({ hasText: 'not current' });
      await expect(alert).toBeVisible({ timeout: 30_000 });
      await shoot();
      await context.setOffline(false);
      // What could not be read is read by itself.
      await expect(alert).toBeHidden({ timeout: 30_000 });
    },
    error: async (stage) => {
      await joinAsAdmin(stage.page);
      await unreachable(stage, '/ops/ledger');
    },
  },
  '/ops/settings': {
    normal: async ({ page, browser, refused, shoot }) => {
      test.setTimeout(120_000);
      await joinAsAdmin(page);
      await page.goto('/ops/settings');
      await untilLive(page);
      const row = settingRow(page, 'login.attemptsPerMinute');
      const value = await openSetting(row);
      refused();
      await value.fill('many');
      await page.keyboard.press('Enter');
      await expect(row.getByText('must be a whole number of attempts from 1 to 10000')).toBeVisible();
      await takePictures(page, 'ops.settings.refused');
      const other = await (await browser.newContext()).newPage();
      await joinAsAdmin(other);
      await other.goto('/ops');
      await untilLive(other);
      await value.fill('9');
      await row.getByLabel('Reason').fill('a quiet evening');
      await row.getByRole('button', { name: 'Save' }).click();
      await expect(row).toContainText('9 attempts');
      await expect(row.getByRole('button', { name: 'Change' })).toBeFocused();
      // Who runs the platform sees it wherever they are.
      await expect(other.locator('[data-toast]')).toContainText('A setting has changed');
      await takePictures(other, 'ops.settings.told');
      await shoot();
      await other.goto('/ops/settings');
      await untilLive(other);
      await changeMeanwhile(page, other);
      // What a page was left with is read again when it comes back.
      await other.getByRole('navigation', { name: 'Operations' }).getByRole('link', { name: 'Events' }).click();
      await expect(other).toHaveURL(/\/ops$/);
      await unset(row);
      await other.goBack();
      await expect(shown(settingRow(other, 'login.attemptsPerMinute'))).toContainText(
        'as LOGIN_ATTEMPTS_PER_MINUTE says (10 attempts unless it is set)',
      );
      await other.context().close();
    },
    loading: async ({ page, shoot }) => {
      await joinAsAdmin(page);
      const release = await openSlowly(page, {
        from: '/ops',
        within: 'nav[aria-label="Operations"]',
        link: 'Settings',
        to: '/ops/settings',
        loading: 'Loading settings',
      });
      await shoot();
      await release();
      await expect(page.getByRole('list', { name: 'Settings' })).toBeVisible();
    },
    empty: 'there are always settings',
    offline: async ({ page, context, shoot }) => {
      await joinAsAdmin(page);
      await page.goto('/ops/settings');
      await untilLive(page);
      const row = page.locator('[data-setting="retry.maxAttempts"]');
      await row.getByRole('button', { name: 'Change' }).click();
      await context.setOffline(true);
      await row.getByLabel('Value').fill('5');
      await row.getByRole('button', { name: 'Save' }).click();
      await expect(row.getByText('No connection.')).toBeVisible();
      await shoot();
    },
    error: async (stage) => {
      await joinAsAdmin(stage.page);
      await unreachable(stage, '/ops/settings');
    },
  },
};

test('every page has its tour', () => {
  expect(Object.keys(tours).sort()).toEqual(pageRoutes());
});

function tourTest(path: string, state: State): void {
  const drive = tours[path]?.[state];
  if (typeof drive !== 'function') return;
  const name = `${path === '/' ? 'front' : path.slice(1).replaceAll(/[[\]]/g, '').replaceAll('/', '.')}.${state}`;
  test(name, async ({ page, context, browser, broken }) => {
    const said: ConsoleWatch = watchConsole(page);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    let isRefused = false;
    const refused = () => {
      isRefused = true;
    };
    await drive({ page, context, browser, broken, refused, shoot: () => takePictures(page, name) });
    expect(said.take({ broken: isRefused || state === 'offline' || state === 'error' })).toEqual([]);
  });
}

for (const path of Object.keys(tours)) {
  for (const state of states) if (state !== 'empty') tourTest(path, state);
}

test.describe('empty', () => {
  // Some of them pause the worker: one after the other, or one would wake it under another.
  test.describe.configure({ mode: 'default' });
  for (const path of Object.keys(tours)) tourTest(path, 'empty');
});

test('not-found', async ({ page }) => {
  const answer = await page.goto('/no/such/page');
  expect(answer?.status()).toBe(404);
  await expect(heading(page, 'There is nothing here')).toBeVisible();
  await takePictures(page, 'not-found');
});

test('forbidden', async ({ page }) => {
  await join(page, newPerson());
  const answer = await page.goto('/ops');
  expect(answer?.status()).toBe(403);
  await takePictures(page, 'forbidden');
});
