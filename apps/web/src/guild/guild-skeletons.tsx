import { Card } from '../ui/card';
import { Bone, LoadingWord } from '../ui/skeleton';

/** The list of rooms in its final geometry, before its words. */
export function RoomsSkeleton() {
  return (
    <div>
      <LoadingWord what="rooms" />
      <div className="mb-6 min-h-14">
        <h1 className="font-semibold font-title text-title tracking-tight">Guild</h1>
        <p className="mt-0.5 text-ink-2">Where members meet</p>
      </div>
      <div className="grid grid-cols-[minmax(0,4fr)_minmax(0,3fr)] items-start gap-4.5 max-lg:grid-cols-1">
        <div className="grid gap-4.5">
          <Card title="Your rooms">
            <Lines rows={1} hasFaces={false} />
          </Card>
          <Card title="Open rooms">
            <Lines rows={3} hasFaces={false} />
          </Card>
        </div>
        <Card title="More rooms">
          <div className="grid gap-3 px-5 pb-5">
            <Bone className="h-9 w-full max-md:h-11" />
            <Bone className="h-9 w-full max-md:h-11" />
          </div>
        </Card>
      </div>
    </div>
  );
}

/** A room in its final geometry, before its words. */
export function BoardSkeleton() {
  return (
    <div>
      <LoadingWord what="room" />
      <div className="mb-6 min-h-14 pt-1">
        <Bone className="h-6 w-44" />
        <Bone className="mt-3 h-4 w-32" />
      </div>
      <div className="grid grid-cols-[minmax(0,5fr)_minmax(0,2fr)] items-start gap-4.5 max-md:grid-cols-1">
        <div className="max-md:order-2">
          <Card title="Notes">
            <div className="px-5 pt-1 pb-2">
              <Bone className="h-11 w-full" />
              <div className="mt-1.5 h-[18px]" />
            </div>
            <Lines rows={5} hasFaces />
          </Card>
        </div>
        <Card title="Here now" className="max-md:order-1">
          <div className="flex min-h-13 items-center gap-3 px-5 pb-2">
            <Bone className="size-9 rounded-full max-md:size-11" />
            <Bone className="h-4 w-24 max-md:hidden" />
          </div>
        </Card>
      </div>
    </div>
  );
}

function Lines({ rows, hasFaces }: { readonly rows: number; readonly hasFaces: boolean }) {
  return Array.from({ length: rows }, (_, row) => `row-${row}`).map((row) => (
    <div key={row} className="flex min-h-16 items-center gap-3.5 border-line border-t px-5 py-3">
      {hasFaces ? <Bone className="size-9 shrink-0 rounded-full max-md:size-11" /> : null}
      <div className="min-w-0 flex-1">
        <Bone className="h-4 w-32 max-w-full" />
        <Bone className="mt-2 h-3 w-56 max-w-full" />
      </div>
    </div>
  ));
}
