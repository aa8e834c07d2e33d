'use client';

import { Item } from '../art/items';
import { EventDetail } from './event-detail';
import { SidePanel } from './side-panel';
import { useEventWay } from './use-event-way';

interface EventPanelProps {
  /** The chosen event; empty for none. */
  readonly eventId: string;
  /** Changes when the event's handlers move on: then the way is read again. */
  readonly progress: string;
  readonly onClose: () => void;
}

/** The chosen event and its way. */
export function EventPanel({ eventId, progress, onClose }: EventPanelProps) {
  const { state, way, retry } = useEventWay(eventId, progress);
  return (
    <SidePanel
      what="event"
      chosen={eventId}
      state={state}
      whyMissing="It may be older than what is kept."
      onClose={onClose}
      onRetry={retry}
      invitation={
        <>
          <Item name="bone" className="size-14" />
          <p className="mt-4 font-medium">Choose an event to see its whole way</p>
        </>
      }
    >
      {way ? <EventDetail way={way} /> : null}
    </SidePanel>
  );
}
