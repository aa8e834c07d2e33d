import { balanceQuery, balanceResponse } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';

export const showBalance = defineRoute({
  method: 'get',
  url: '/api/wallet/balance',
  summary:
    'What the member has in a currency, from memory: never older than their own last command here, nor than `atLeast`.',
  access: 'member',
  query: balanceQuery,
  response: { status: 200, schema: balanceResponse },
  async handle({ query: { currency, atLeast }, session }, { balances }) {
    const { availableBalance, escrowBalance, earningsBalance, version } = await balances.read(
      session.userId,
      currency,
      atLeast,
    );
    return {
      status: 200,
      body: { currency, availableBalance, escrowBalance, earningsBalance, walletVersion: version },
    };
  },
});
