'use client';

import type { PerformanceRequestDetail } from '@skelly/types/marketplace';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useCommandForm } from '../auth/use-command-form';
import { useSendOnce } from '../live/use-send-once';
import { parseAmount } from '../wallet/parse-amount';
import { type Draft, REQUESTS_PATH } from './drafts';

/** The form of a request as a command, and what it has sent last. @param onAlready an earlier try had made it */
export function useRequestForm(creatorId: string, onAlready: (request: PerformanceRequestDetail) => void) {
  const router = useRouter();
  const sendOnce = useSendOnce();
  const [sent, setSent] = useState<Draft | null>(null);
  const form = useCommandForm<PerformanceRequestDetail>({
    send: (body) => {
      setSent(body as Draft);
      return sendOnce(REQUESTS_PATH, body);
    },
    loadCheck: () => import('@skelly/types/marketplace').then(({ openRequestBody }) => openRequestBody),
    toBody: (fields): Draft => ({
      creatorId,
      title: `${fields['title']}`,
      details: `${fields['details']}`,
      amount: parseAmount(`${fields['amount']}`) ?? 0,
    }),
    onDone: (request, isRepeated) => {
      if (isRepeated) return onAlready(request);
      router.push(`/requests/${request.requestId}`);
      router.refresh();
    },
  });
  return { form, sent };
}
