import { z } from 'zod';
import { defineEvent } from '../event';
import { userChannel } from '../live';
import { amountSchema, balanceSchema, currencySchema } from '../wallet';
import { REQUEST_STATUSES } from './api';

/** A step of a request, such as that the creator has accepted it. What members wrote stays in their request. */
export const requestMoved = defineEvent({
  type: 'marketplace:request.moved',
  version: 1,
  summary: 'A request for a performance was made, or has moved on.',
  data: z.object({
    requestId: z.uuid(),
    fanId: z.uuid(),
    creatorId: z.uuid(),
    escrowId: z.uuid(),
    status: z.enum(REQUEST_STATUSES),
    /** Null: it was made. */
    before: z.enum(REQUEST_STATUSES).nullable(),
    by: z.enum(['fan', 'creator', 'support', 'time']),
    amount: amountSchema,
    currency: currencySchema,
    settledAmount: balanceSchema,
    refundedAmount: balanceSchema,
    requestVersion: z.int().positive(),
  }),
  subject: (data) => `request:${data.requestId}`,
  ordered: true,
  push: [
    {
      to: (data) => userChannel(data.fanId),
      client: ['requestId', 'status', 'by', 'settledAmount', 'refundedAmount', 'requestVersion'],
    },
    {
      to: (data) => userChannel(data.creatorId),
      client: ['requestId', 'status', 'by', 'settledAmount', 'refundedAmount', 'requestVersion'],
    },
  ],
});

/** Timer of a request that was performed: the creator is paid unless the fan has confirmed or disputed it by then. */
export const requestConfirmationDue = defineEvent({
  type: 'marketplace:request.confirmation-due',
  version: 1,
  summary: 'The time to dispute a performance is over; unless it was disputed, the creator is paid.',
  data: z.object({ requestId: z.uuid() }),
  subject: (data) => `request:${data.requestId}`,
});

/** By the names that code uses; part of the catalog. */
export const marketplaceEvents = {
  REQUEST_MOVED: requestMoved,
  REQUEST_CONFIRMATION_DUE: requestConfirmationDue,
} as const;
