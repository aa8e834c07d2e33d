'use client';

import { Skull } from '../../art/skull';
import { SidePanel } from '../side-panel';
import { DisputeDetail } from './dispute-detail';
import { useDispute } from './use-dispute';

interface DisputePanelProps {
  /** The chosen request; empty for none. */
  readonly requestId: string;
  /** Changes when a request has moved: then the chosen one is read again. */
  readonly steps: number;
  readonly onClose: () => void;
}

/** The chosen dispute and the way to decide it. */
export function DisputePanel({ requestId, steps, onClose }: DisputePanelProps) {
  const { state, request, take, retry } = useDispute(requestId, steps);
  return (
    <SidePanel
      what="dispute"
      chosen={requestId}
      state={state}
      whyMissing="The address may have been cut off."
      onClose={onClose}
      onRetry={retry}
      invitation={
        <>
          <Skull className="size-14" />
          <p className="mt-4 font-medium">Choose a dispute to hear both sides</p>
        </>
      }
    >
      {request ? <DisputeDetail key={request.requestId} request={request} onResolved={take} /> : null}
    </SidePanel>
  );
}
