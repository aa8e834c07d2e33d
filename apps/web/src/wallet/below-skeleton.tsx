import { Card } from '../ui/card';
import { Bone } from '../ui/skeleton';

/** The chart in its final geometry. */
export function ChartCardSkeleton() {
  return (
    <Card
      title="Over time"
      aside={
        <div className="flex gap-1.5 max-sm:gap-1">
          {[0, 1, 2].map((range) => (
            <Bone key={range} className="h-8 w-12 rounded-full max-md:h-11 max-md:rounded-md" />
          ))}
        </div>
      }
    >
      <div className="px-5 pb-5">
        <ChartBones />
      </div>
    </Card>
  );
}

/** A chart before its line. */
export function ChartBones() {
  return (
    <div className="mt-1">
      <Bone className="h-5.5 w-24" />
      <Bone className="mt-2 h-32 w-full" />
      <div className="mt-2.5 h-10 pt-0.5">
        <Bone className="h-3.5 w-72 max-w-full" />
      </div>
      <div className="mt-1.5 flex h-7 items-center max-md:h-11">
        <Bone className="h-3.5 w-20" />
      </div>
    </div>
  );
}

/** The statement in its final geometry, before its lines. */
export function StatementSkeleton() {
  return (
    <Card title="Statement" className="mt-4.5">
      <div className="flex flex-wrap gap-2 px-5 pb-4">
        <Bone className="h-8 w-72 max-w-full rounded-full max-md:h-11 max-md:rounded-md" />
        <Bone className="h-8 w-28 rounded-full max-md:h-11 max-md:rounded-md" />
        <Bone className="h-8 w-28 rounded-full max-md:h-11 max-md:rounded-md" />
      </div>
      <LineBones />
    </Card>
  );
}

/** Lines of a statement before their words. */
export function LineBones() {
  return (
    <>
      <div className="h-[31px] border-line border-t" />
      {[0, 1, 2, 3, 4].map((row) => (
        <div key={row} className="flex min-h-16 items-center gap-3.5 border-line border-t px-5 py-2.5">
          <Bone className="size-9 shrink-0 rounded-md" />
          <div className="min-w-0 flex-1">
            <Bone className="h-4 w-40 max-w-full" />
            <Bone className="mt-2 h-3 w-24 max-w-full" />
          </div>
          <Bone className="h-4 w-16" />
        </div>
      ))}
    </>
  );
}
