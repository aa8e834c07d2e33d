'use client';

import type { EventBatcher } from '@skelly/client/analytics';
import type { ClientInput } from '@skelly/types/event';
import type { Interaction, uiInteraction } from '@skelly/types/ui';
import { usePathname } from 'next/navigation';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef } from 'react';

type Report = (name: Interaction) => void;

const ReportContext = createContext<Report>(() => undefined);

/** Reports what the member does, without saying anything of them but where: pages are paths, and never their query. */
export function InteractionReports({ userId, children }: { readonly userId: string; readonly children: ReactNode }) {
  const page = usePathname();
  // Its script is no part of the page's first load. What cannot be told is not worth a member's notice.
  const batcher = useRef<Promise<EventBatcher | null>>(null);
  useEffect(() => {
    const made = import('@skelly/client/analytics').then(
      ({ createEventBatcher }) => createEventBatcher({ onError: () => undefined }),
      () => null,
    );
    batcher.current = made;
    const started = made.then((loaded) => loaded?.start());
    return () => void started.then((stop) => stop?.());
  }, []);

  const report = useCallback<Report>(
    (name) => {
      // Named, so that the server refuses it when somebody else has signed in before it was sent.
      const interaction = { userId, name, page } satisfies ClientInput<typeof uiInteraction>;
      void batcher.current?.then((loaded) => loaded?.add('ui:interaction', interaction));
    },
    [userId, page],
  );
  useEffect(() => report('page.viewed'), [report]);
  return <ReportContext value={report}>{children}</ReportContext>;
}

/** Tells that the member did something worth counting; does nothing on pages that report nothing. */
export function useReport(): Report {
  return useContext(ReportContext);
}
