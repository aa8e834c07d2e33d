import { readStreamPosition } from '@skelly/domain/live';
import { getWallets } from '@skelly/domain/wallet';
import { userChannel } from '@skelly/types/live';
import { walletResponse } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';

export const showWallet = defineRoute({
  method: 'get',
  url: '/api/wallet',
  summary: 'What the member has in each currency, what limits leave of the day, and where to follow it from.',
  access: 'member',
  response: { status: 200, schema: walletResponse },
  async handle({ session }, { database, limitsFor, now }) {
    const { userId, role } = session;
    const stream = await readStreamPosition(database.queries, userChannel(userId));
    const wallets = await getWallets(database.queries, { userId, limits: limitsFor(role), now: now() });
    return { status: 200, body: { wallets, stream } };
  },
});
