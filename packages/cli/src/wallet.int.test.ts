import { createLedger, WalletService } from '@skelly/domain/wallet';
import { createEventSystem } from '@skelly/events';
import { createTestDatabase, type TestDatabase } from '@skelly/testkit';
import { createTestLog } from '@skelly/testkit/log';
import { TransactionReason } from '@skelly/types/wallet';
import { createTestAdmin } from './testing/admin';
import { runSkelly } from './testing/run-skelly';

/** Of no wallet. */
const SYSTEM_VIOLATION = '0199a1b2-0000-7000-8000-000000000003';

describe('skelly wallet', () => {
  let database: TestDatabase;
  let wallets: WalletService;
  beforeAll(async () => {
    database = await createTestDatabase();
    const now = () => new Date();
    const notifier = { committed: () => undefined, close: async () => undefined };
    const events = createEventSystem({ database, notifier, now });
    wallets = new WalletService(createLedger({ events, database, now, log: createTestLog() }));
  });
  afterAll(() => database.drop());

  const skelly = (...args: readonly string[]) => runSkelly(database.url, ['wallet', ...args]);
  const { TOP_UP, PERFORMANCE_REQUEST } = TransactionReason;

  test('audits, says what is wrong with the evidence, and unfreezes what was repaired', async () => {
    const { id: userId, env } = await createTestAdmin(database);
    const balance = (by: number) =>
      database.pool.query(`update ledger_account set balance = balance + $1 where owner = $2 and kind = 'available'`, [
        by,
        userId,
      ]);
    await wallets.credit({ userId, amount: 100, reason: TOP_UP });
    const clean = await skelly('audit');
    expect(clean).toEqual({
      code: 0,
      said: expect.stringMatching(/^1 new transfers, 3 accounts, .*\nNothing new is wrong; none is open\.\n$/),
    });
    await balance(7);
    const { code, said } = await skelly('audit');
    expect(code).toBe(1);
    expect(said).toMatch(
      new RegExp(`balance {2}account:\\d+ {2}${userId}, points: frozen\\n.*"balance":100.*"balance":107`),
    );
    const json = await skelly('audit', '--full', '--json');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.said)).toMatchObject({ complete: true, recounted: 3, found: [], open: 1 });

    const unfreeze = ['unfreeze', env.SKELLY_OPERATOR, '--reason', 'set back'];
    expect((await skelly(...unfreeze)).said).toMatch(/frozen .*audit: balance\n[\s\S]*add --yes\. Nothing was changed/);
    expect((await skelly(...unfreeze, '--yes')).said).toMatch(
      /not right yet: available holds 107, its transfers say 100/,
    );
    const open = await skelly('violations');
    expect(open.said).toMatch(new RegExp(`^[0-9a-f-]{36} {2}balance {2}account:\\d+ {2}${userId}, points\n`));
    const shown = await database.pool.query(
      `select actor, target, detail from operator_action where action = 'ledger.show'`,
    );
    expect(shown.rows).toEqual([
      { actor: 'cli', target: `wallet:${userId}`, detail: { terminal: expect.any(String) } },
    ]);
    const close = await skelly('close', open.said.slice(0, 36), '--reason', 'set back');
    expect(close).toMatchObject({ code: 1, said: expect.stringMatching(/Unfreeze the wallet; that closes it/) });
    await database.pool.query(
      `insert into ledger_violation (id, rule, subject, evidence) values ($1, 'balance', 'account:0', '{}')`,
      [SYSTEM_VIOLATION],
    );
    const closed = await skelly('close', SYSTEM_VIOLATION, '--reason', 'made anew', '--json');
    expect(JSON.parse(closed.said)).toEqual({ violationId: SYSTEM_VIOLATION, closed: true });
    await balance(-7);
    expect(await runSkelly(database.url, ['wallet', ...unfreeze, '--yes'], env)).toEqual({
      code: 0,
      said: 'The wallet takes operations again; 1 violation is closed.\n',
    });
    expect((await skelly(...unfreeze, '--yes')).said).toMatch(/is not frozen\. Nothing was changed/);
    expect((await skelly('audit')).code).toBe(0);
    const { rows } = await database.pool.query(
      `select actor, action, reason, detail from operator_action where action = 'wallet.unfreeze'`,
    );
    expect(rows).toEqual([
      {
        actor: `user:${userId}`,
        action: 'wallet.unfreeze',
        reason: 'set back',
        detail: expect.objectContaining({ currency: 'points', terminal: expect.any(String) }),
      },
    ]);
  }, 120_000);

  test('shows a wallet as it was, by id or address, and nothing of nobody', async () => {
    const { id: userId, env } = await createTestAdmin(database);
    await wallets.credit({ userId, amount: 100, reason: TOP_UP });
    const { escrowId } = await wallets.holdInEscrow({ userId, amount: 30, reason: PERFORMANCE_REQUEST });
    const { rows } = await database.pool.query('select clock_timestamp() as now');
    const then = rows[0].now.toISOString();
    await wallets.refundEscrow({ userId, escrowId: escrowId as string, reason: PERFORMANCE_REQUEST });
    const { said, code } = await skelly('at', env.SKELLY_OPERATOR, then);
    expect(code).toBe(0);
    expect(said).toMatch(/available +70 {2}2 entries\n {2}escrow +30 {2}1 entries\n {2}earnings +0 {2}0 entries\n/);
    expect(said).toContain(`${escrowId}`);
    const json = await skelly('at', userId, new Date(Date.now() + 60_000).toISOString(), '--json');
    expect(JSON.parse(json.said)).toMatchObject({
      userId,
      holds: [],
      accounts: [{ balance: 100, entries: 3 }, {}, {}],
    });
    expect((await skelly('at', userId, '2026-01-01')).said).toMatch(/nothing had moved by then/);
    expect(await skelly('at', userId, 'yesterday')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/a time ago/),
    });
    expect((await skelly('at', 'nobody@example.com', then)).said).toMatch(/Nobody has the address/);
    expect((await skelly('at', 'nobody', then)).said).toMatch(/"nobody" has no wallet/);
    expect((await skelly('at', userId, then, '--currency', 'euros')).said).toMatch(/Allowed choices are points, gems/);
    const shown = await database.pool.query(`select target from operator_action where action = 'wallet.show-at'`);
    expect(shown.rows).toHaveLength(3);
  }, 120_000);
});
