'use client';

import type { OpsEventWay } from '@skelly/types/ops';
import type { ReactNode } from 'react';
import { CopyText } from '../ui/copy-text';
import { fullTime, shortId } from './format';
import { Way } from './way';

/** Everything that is known of one event. */
export function EventDetail({ way }: { readonly way: OpsEventWay }) {
  const data = JSON.stringify(way.data, null, 2);
  return (
    <div className="px-5.5 pt-4.5 pb-8 max-md:px-4">
      <h2 className="flex flex-wrap items-center gap-2.5 pr-12">
        <span className="break-all font-semibold font-title text-lead tracking-tight">{way.type}</span>
        <span className="rounded-full bg-sunk px-2 text-fine text-ink-2">v{way.version}</span>
      </h2>
      <CopyText text={way.eventId} what="event id" className="mt-1 pr-10 text-ink-2" />
      <dl className="mt-4 text-small">
        <Fact name="When">{fullTime(way.occurredAt)}</Fact>
        <Fact name="Position">
          <span className="tabular">{way.position}</span>
        </Fact>
        <Fact name="Subject">
          <CopyText text={way.subject} shown={shortId(way.subject)} what="subject" />
        </Fact>
        <Fact name="Actor">
          <CopyText text={way.actor} shown={shortId(way.actor)} what="actor" />
        </Fact>
        <Fact name="Source">{way.sourceModule}</Fact>
        <Fact name="Caused by">
          {way.causationId ? (
            <CopyText text={way.causationId} shown={shortId(way.causationId)} what="causation id" />
          ) : (
            'A request'
          )}
        </Fact>
        <Fact name="Correlation">
          <CopyText text={way.correlationId} shown={shortId(way.correlationId)} what="correlation id" />
        </Fact>
      </dl>
      <h3 className="mt-6 mb-2 font-semibold">Way of this event</h3>
      <Way way={way} />
      <div className="mt-6 mb-2 flex items-center justify-between">
        <h3 className="font-semibold">Data</h3>
        <CopyText text={data} shown="Copy" what="data" className="text-ink-2" />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
      <pre tabIndex={0} className="overflow-x-auto rounded-md bg-sunk p-4 font-mono text-fine leading-5">
        {data}
      </pre>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="grid grid-cols-[104px_minmax(0,1fr)] py-1">
      <dt className="text-ink-2">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}
