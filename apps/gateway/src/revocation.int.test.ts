import { CLOSE } from '@skelly/types/live';
import { createHarness, type Harness, type TestGateway, type TestMember } from './testing/gateway-harness';
import type { TestSocket } from './testing/test-socket';

const SESSIONS = 20_000;

describe('a session that is revoked, by whom ever', () => {
  let harness: Harness;
  let gateway: TestGateway;
  let crowd: TestMember;
  const query = (text: string, values: unknown[] = []) => harness.database.pool.query(text, values);
  beforeAll(async () => {
    harness = await createHarness();
    // No event, no hint and no look at all sessions: nothing but the revocation itself is there to be noticed.
    gateway = await harness.startGateway({ hints: false, limits: { sessionCheckMs: 600_000 } });
    crowd = await harness.addMember();
    await query(
      `insert into user_session (token_hash, id, user_id, expires_at, revoked_at)
       select sha256(nth::text::bytea), gen_random_uuid(), $1, now() + interval '1 day',
              case when nth % 10 = 0 then now() - interval '1 hour' end
         from generate_series(1, $2) as nth`,
      [crowd.userId, SESSIONS],
    );
    await query('analyze user_session');
  });
  afterAll(() => harness.close());

  async function open(): Promise<{ socket: TestSocket; other: TestSocket; member: TestMember }> {
    const member = await harness.addMember();
    const socket = harness.connect(gateway, member);
    const other = harness.connect(gateway, await harness.addMember());
    await Promise.all([socket.waitFor('welcome'), other.waitFor('welcome')]);
    return { socket, other, member };
  }

  it('loses its sockets within a second, and nobody else loses any', async () => {
    const { socket, other, member } = await open();
    await query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    expect(await socket.waitForClose(1_000)).toEqual({ code: CLOSE.UNAUTHENTICATED, reason: 'session ended' });
    expect(other.raw.readyState).toBe(other.raw.OPEN);
  });

  it('loses them when the transaction that revoked it took a while', async () => {
    const { socket, member } = await open();
    const slow = await harness.database.pool.connect();
    await slow.query('begin');
    await slow.query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    // Somebody else's revocation is noticed meanwhile, with a later time.
    const later = await open();
    await query('update user_session set revoked_at = now() where id = $1', [later.member.sessionId]);
    await later.socket.waitForClose(1_000);
    await slow.query('commit');
    slow.release();
    expect(await socket.waitForClose(1_000)).toMatchObject({ code: CLOSE.UNAUTHENTICATED });
  });

  it('is found by the index on what was revoked, however many sessions there are', async () => {
    await query('analyze user_session');
    const { rows } = await query(
      `explain select id, user_id from user_session where revoked_at > now() - make_interval(secs => 60) limit 1001`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('user_session_revoked_at');
  });

  it('loses them among thousands that are revoked at once', async () => {
    const { socket, other, member } = await open();
    await query('update user_session set revoked_at = now() where user_id in ($1, $2)', [crowd.userId, member.userId]);
    expect(await socket.waitForClose(2_000)).toMatchObject({ code: CLOSE.UNAUTHENTICATED });
    expect(other.raw.readyState).toBe(other.raw.OPEN);
  });
});
