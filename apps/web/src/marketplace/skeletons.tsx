import { Card } from '../ui/card';
import { Bone, LoadingWord } from '../ui/skeleton';

const lines = (count: number) => Array.from({ length: count }, (_, line) => `line-${line}`);

interface RowsSkeletonProps {
  readonly rows: number;
  /** They end with an amount; without it with a button. */
  readonly isPriced?: boolean;
}

/** Rows of people, before their words. */
export function RequestRowsSkeleton({ rows, isPriced = true }: RowsSkeletonProps) {
  return lines(rows).map((row) => (
    <div
      key={row}
      className="flex min-h-[72px] items-center gap-3.5 border-line border-t px-5 py-3.5 first:border-t-0 max-md:px-4"
    >
      <Bone className="size-9 shrink-0 rounded-full max-md:size-11" />
      <div className="min-w-0 flex-1">
        <Bone className="h-4 w-44 max-w-full" />
        <Bone className="mt-2 h-3 w-32 max-w-full" />
        {isPriced ? <Bone className="mt-2 h-3 w-40 max-w-full md:hidden" /> : null}
      </div>
      {isPriced ? (
        <div className="grid justify-items-end max-md:hidden">
          <Bone className="h-4 w-20" />
          <Bone className="mt-2 h-3 w-14" />
        </div>
      ) : (
        <Bone className="h-9 w-22 rounded-md max-md:h-11" />
      )}
    </div>
  ));
}

function Head({ title, line }: { readonly title: string; readonly line: string }) {
  return (
    <div className="mb-6 min-h-14">
      <h1 className="font-semibold font-title text-title tracking-tight">{title}</h1>
      <p className="mt-0.5 text-ink-2">{line}</p>
    </div>
  );
}

/** The list of requests in its final geometry, before its words. */
export function RequestsSkeleton() {
  return (
    <div>
      <LoadingWord what="requests" />
      <Head title="Requests" line="Asked for, performed, paid: points are held in between" />
      <div className="mb-3 flex flex-wrap items-center gap-1.5">
        <Bone className="h-8 w-16 rounded-full max-md:h-11 max-md:rounded-md" />
        <Bone className="h-8 w-18 rounded-full max-md:h-11 max-md:rounded-md" />
        <Bone className="ml-auto h-9 w-32 rounded-md max-md:h-11" />
      </div>
      <Card>
        <RequestRowsSkeleton rows={5} />
      </Card>
    </div>
  );
}

/** The creators in their final geometry, before their words. */
export function CreatorsSkeleton() {
  return (
    <div>
      <LoadingWord what="creators" />
      <Head title="Creators" line="Ask one of them for something only they can do" />
      <Bone className="mb-3 h-11 w-full max-w-100 rounded-md" />
      <Card>
        <RequestRowsSkeleton rows={6} isPriced={false} />
      </Card>
    </div>
  );
}

/** A request in its final geometry, before its words. */
export function RequestSkeleton() {
  return (
    <div>
      <LoadingWord what="request" />
      <div className="mb-6 min-h-14 pt-1">
        <Bone className="h-6 w-56 max-w-full" />
        <Bone className="mt-3 h-4 w-36" />
      </div>
      <div className="grid grid-cols-[minmax(0,4fr)_minmax(0,3fr)] items-start gap-4.5 max-lg:grid-cols-1">
        <div className="grid gap-4.5 max-lg:contents">
          <Card className="px-5 py-4.5 max-lg:order-1">
            <div className="flex h-7 items-center">
              <Bone className="h-5 w-52 max-w-full" />
            </div>
            <div className="mt-1 flex h-5 items-center">
              <Bone className="h-3.5 w-32" />
            </div>
            <Bone className="mt-3 h-9 w-28 rounded-md max-md:h-11 max-sm:w-full" />
          </Card>
          <Card title="What happened" className="max-lg:order-3">
            <div className="grid gap-4 px-5 pt-1 pb-5">
              {lines(2).map((line) => (
                <div key={line} className="flex h-5.5 items-center gap-3.5">
                  <Bone className="size-2.5 shrink-0 rounded-full" />
                  <Bone className="h-4 w-64 max-w-full" />
                </div>
              ))}
            </div>
          </Card>
        </div>
        <Card title="Points" className="max-lg:order-2">
          <div className="px-5 pb-4">
            <Bone className="h-12 w-32" />
            <div className="flex h-5 items-center">
              <Bone className="h-3.5 w-24" />
            </div>
            <Bone className="mt-4 mb-1.5 h-2 w-full rounded-full" />
            <div>
              {lines(3).map((line) => (
                <div
                  key={line}
                  className="flex min-h-10 items-center justify-between border-line border-t first:border-t-0"
                >
                  <Bone className="h-4 w-28" />
                  <Bone className="h-4 w-12" />
                </div>
              ))}
            </div>
          </div>
        </Card>
      </div>
    </div>
  );
}
