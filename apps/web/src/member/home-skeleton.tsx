import clsx from 'clsx';
import { Card } from '../ui/card';
import { Bone, LoadingWord } from '../ui/skeleton';

/** The home page in its final geometry, before its words. */
export function HomeSkeleton() {
  return (
    <div>
      <LoadingWord what="home" />
      <div className="mb-6 min-h-14 pt-1">
        <Bone className="h-6 w-72 max-w-full" />
        <Bone className="mt-3 h-4 w-44" />
      </div>
      <div className="grid grid-cols-[minmax(0,4fr)_minmax(0,3fr)] items-start gap-4.5 max-lg:grid-cols-1">
        <div className="grid gap-4.5">
          <Card title="Points">
            <div className="px-5 pb-5">
              <Bone className="mt-1 h-10 w-32" />
              <Bone className="mt-5 h-2 w-full rounded-full" />
              <Bone className="mt-4.5 h-4 w-64 max-w-full" />
            </div>
          </Card>
          <Card className="h-[328px] px-5 pt-5 max-sm:h-[368px]">
            <Bone className="h-4 w-24" />
            <Bone className="mt-4 h-10 w-32" />
            <Bone className="mt-7 h-2 w-full" />
            {[0, 1, 2].map((row) => (
              <div key={row} className="mt-5.5 flex gap-3.5">
                <Bone className="size-5 rounded-full" />
                <div>
                  <Bone className="h-4 w-36" />
                  <Bone className="mt-2 h-3 w-52" />
                </div>
              </div>
            ))}
          </Card>
          <Card title="Activity">
            <div className="mt-1">
              <RowsSkeleton rows={1} lines={2} />
            </div>
          </Card>
        </div>
        <div className="grid gap-4.5">
          <FactsSkeleton title="Account" />
          <FactsSkeleton title="How we reach you" />
        </div>
      </div>
    </div>
  );
}

interface RowsSkeletonProps {
  readonly rows: number;
  /** Of the words below a title: one where there is room for them, two in a column. */
  readonly lines: 1 | 2;
}

/** Notifications before their words. */
export function RowsSkeleton({ rows, lines }: RowsSkeletonProps) {
  return Array.from({ length: rows }, (_, row) => `row-${row}`).map((row) => (
    <div
      key={row}
      className={clsx(
        'flex items-start gap-3.5 border-line border-t px-5 py-3.5 first:border-t-0',
        lines === 1 ? 'min-h-[71px]' : 'min-h-[91px]',
      )}
    >
      <Bone className="size-9 shrink-0 rounded-md" />
      <div className="min-w-0 flex-1">
        <Bone className="mt-1 h-4 w-40 max-w-full" />
        <Bone className="mt-2 h-3 w-64 max-w-full" />
        {lines === 2 ? <Bone className="mt-2 h-3 w-44 max-w-full" /> : null}
      </div>
      <Bone className="mt-1 h-3 w-12 shrink-0" />
    </div>
  ));
}

function FactsSkeleton({ title }: { readonly title: string }) {
  return (
    <Card title={title}>
      <div className="px-5 pb-3">
        {[20, 36, 14, 28].map((width) => (
          <div key={width} className="flex min-h-10 items-center justify-between border-line border-t first:border-t-0">
            <Bone className="h-4 w-18" />
            <Bone className="h-4 w-28" />
          </div>
        ))}
      </div>
    </Card>
  );
}
