import { performanceRequest, type Queries, users } from '@skelly/db';
import type { PerformanceRequest } from '@skelly/types/marketplace';
import { eq } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

const fan = alias(users, 'fan');
const creator = alias(users, 'creator');

/** Requests with the names of both sides. */
export function selectRequests(queries: Queries) {
  return queries
    .select({ request: performanceRequest, fanName: fan.displayName, creatorName: creator.displayName })
    .from(performanceRequest)
    .innerJoin(fan, eq(fan.id, performanceRequest.fanId))
    .innerJoin(creator, eq(creator.id, performanceRequest.creatorId))
    .$dynamic();
}

export type NamedRequest = Awaited<ReturnType<typeof selectRequests>>[number];

/** A request as its sides and support see it. */
export function toView({ request, fanName, creatorName }: NamedRequest): PerformanceRequest {
  const { id, title, status, currency, amount, performedAmount, settledAmount, refundedAmount, version } = request;
  return {
    requestId: id,
    title,
    status,
    fan: { userId: request.fanId, displayName: fanName },
    creator: { userId: request.creatorId, displayName: creatorName },
    currency,
    amount,
    performedAmount,
    settledAmount,
    refundedAmount,
    dueAt: request.dueAt?.toISOString() ?? null,
    createdAt: request.createdAt.toISOString(),
    updatedAt: request.updatedAt.toISOString(),
    version,
  };
}
