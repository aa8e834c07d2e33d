import { randomUUID } from 'node:crypto';
import { statementResponse, type Wallet, walletResponse } from '@skelly/types/wallet';
import type { Answer, TestApi, TestMember } from './test-api';

/** What tests of the wallet ask again and again. */
export function useWallets(getApi: () => TestApi) {
  const rows = async (text: string, values: unknown[] = []) => (await getApi().database.pool.query(text, values)).rows;
  return {
    rows,
    /** Somebody with so many points, paid in as members do. */
    async memberWith(amount: number, displayName?: string): Promise<TestMember> {
      const member = await getApi().member(displayName);
      const { body } = await member.client.post('/api/wallet/top-ups', { amount });
      await member.client.post(`/api/wallet/top-ups/${body.topUpId}/pay`, { outcome: 'paid' });
      return member;
    },
    /** In points. */
    walletOf: async ({ client }: TestMember) =>
      walletResponse.parse((await client.get('/api/wallet')).body).wallets[0] as Wallet,
    statementOf: async ({ client }: TestMember, query = '') =>
      statementResponse.parse((await client.get(`/api/wallet/statement${query}`)).body),
    refusals: (userId: string) =>
      rows(
        'select operation, code, amount::float8 as amount, currency, actor from ledger_refusal where user_id = $1 order by id',
        [userId],
      ),
    problem: ({ status, body }: Answer) => [status, body.code],
    key: (name: string = randomUUID()) => ({ 'idempotency-key': name }),
  };
}
