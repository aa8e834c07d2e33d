import { type PerformanceRequestDetail, performanceRequestDetail } from '@skelly/types/marketplace';
import { TransactionReason } from '@skelly/types/wallet';
import type { Answer, TestApi, TestMember } from './test-api';

/** A fan, a creator and support, and what they say to each other. */
export interface TestMarket {
  /** Somebody with so much to spend. */
  fan(displayName?: string, amount?: number): Promise<TestMember>;
  creator(displayName?: string): Promise<TestMember>;
  support(): Promise<TestMember>;
  /** A request of 500 points, as the fan sees it. */
  request(fan: TestMember, creator: TestMember, changes?: object): Promise<PerformanceRequestDetail>;
  /** Says something of a request, such as `accept`. */
  say(
    who: TestMember,
    command: string,
    requestId: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** The same, which must succeed. */
  done(who: TestMember, command: string, requestId: string, body?: object): Promise<PerformanceRequestDetail>;
  /** Available, in escrow and earned. */
  money(who: TestMember): Promise<readonly [number, number, number]>;
}

/** Status and code of an answer. */
export const refusal = ({ status, body }: Answer) => [status, body.code];

export function createTestMarket(api: TestApi): TestMarket {
  async function somebody(displayName: string, role: string): Promise<TestMember> {
    const member = await api.member(displayName);
    await api.database.pool.query('update users set role = $2 where id = $1', [member.userId, role]);
    return member;
  }
  const say: TestMarket['say'] = ({ client }, command, requestId, body, headers) =>
    command === 'resolve'
      ? client.post(`/api/ops/disputes/${requestId}/resolve`, body, headers)
      : client.post(`/api/requests/${requestId}/${command}`, body ?? (command === 'perform' ? {} : undefined), headers);
  return {
    async fan(displayName = 'Teo', amount = 1_000) {
      const member = await api.member(displayName);
      await api.wallets.credit({ userId: member.userId, amount, reason: TransactionReason.TOP_UP });
      return member;
    },
    creator: (displayName = 'Mara') => somebody(displayName, 'creator'),
    support: () => somebody('Sid', 'support'),
    async request({ client }, { userId: creatorId }, changes = {}) {
      const { status, body } = await client.post('/api/requests', {
        creatorId,
        title: 'Custom song',
        details: 'About bones.',
        amount: 500,
        ...changes,
      });
      if (status !== 201) throw new Error(`The request was refused: ${JSON.stringify(body)}`);
      return performanceRequestDetail.parse(body);
    },
    say,
    async done(who, command, requestId, body) {
      const answer = await say(who, command, requestId, body);
      if (answer.status !== 200) throw new Error(`${command} was refused: ${JSON.stringify(answer.body)}`);
      return performanceRequestDetail.parse(answer.body);
    },
    async money({ userId }) {
      const { availableBalance, escrowBalance, earningsBalance } = await api.wallets.getBalance(userId);
      return [availableBalance, escrowBalance, earningsBalance];
    },
  };
}
