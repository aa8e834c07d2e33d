import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '@skelly/testkit';

/** An account of a test that may be shown what names people, and the environment that names it. */
export async function createTestAdmin({
  pool,
}: Pick<TestDatabase, 'pool'>): Promise<{ readonly id: string; readonly env: { readonly SKELLY_OPERATOR: string } }> {
  const id = randomUUID();
  const email = `${id}@example.com`;
  await pool.query(
    `insert into users (id, email, display_name, password_hash, role, created_at) values ($1, $2, 'Ada', 'none', 'admin', now())`,
    [id, email],
  );
  return { id, env: { SKELLY_OPERATOR: email } };
}
