'use client';

import { createEventBatcher } from '@skelly/client/analytics';
import type { ClientInput } from '@skelly/types/event';
import type { Interaction, uiInteraction } from '@skelly/types/ui';
import { usePathname } from 'next/navigation';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';

type Report = (name: Interaction) => void;

const ReportContext = createContext<Report>(() => undefined);

/** Reports what the member does, without saying anything of them but where: pages are paths, and never their query. */
export function InteractionReports({ userId, children }: { readonly userId: string; readonly children: ReactNode }) {
  const page = usePathname();
  // What cannot be told is not worth a member's notice.
  const [batcher] = useState(() => createEventBatcher({ onError: () => undefined }));
  useEffect(() => batcher.start(), [batcher]);

  const report = useCallback<Report>(
    (name) => {
      // Named, so that the server refuses it when somebody else has signed in before it was sent.
      const interaction = { userId, name, page } satisfies ClientInput<typeof uiInteraction>;
      batcher.add('ui:interaction', interaction);
    },
    [batcher, userId, page],
  );
  useEffect(() => report('page.viewed'), [report]);
  return <ReportContext value={report}>{children}</ReportContext>;
}

/** Tells that the member did something worth counting; does nothing on pages that report nothing. */
export function useReport(): Report {
  return useContext(ReportContext);
}
