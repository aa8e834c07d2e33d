import { Bone, LoadingWord } from '../ui/skeleton';

const rows = Array.from({ length: 14 }, (_, row) => `row-${row}`);

/** The console in its final geometry, before its words. */
export function ConsoleSkeleton() {
  return (
    <div className="grid min-h-0 flex-1 grid-rows-[auto_minmax(0,1fr)]">
      <LoadingWord what="events" />
      <div className="grid grid-cols-4 border-line border-b max-md:grid-cols-2">
        {['a', 'b', 'c', 'd'].map((figure) => (
          <div
            key={figure}
            className="flex min-h-14 items-center justify-between gap-3 border-line px-5.5 not-last:border-r max-md:px-4 max-md:nth-2:border-r-0 max-md:nth-[-n+2]:border-b"
          >
            <Bone className="h-4 w-24" />
            <Bone className="h-5 w-10" />
          </div>
        ))}
      </div>
      <div className="grid min-h-0 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="min-h-0 overflow-hidden">
          <div className="border-line border-b px-5.5 py-2.5 max-md:px-4">
            <Bone className="h-9 w-full rounded-md max-md:h-11" />
          </div>
          <div className="h-9 border-line border-b max-md:hidden" />
          {rows.map((row) => (
            <div key={row} className="event-grid min-h-[38px] items-center border-line border-b max-md:min-h-[63px]">
              <Bone className="h-3.5 w-20 max-md:order-2 max-md:justify-self-end" />
              <Bone className="h-3.5 w-36 max-md:order-1" />
              <Bone className="h-3.5 w-32 max-md:order-3" />
              <Bone className="h-1.5 w-20 max-md:order-4 max-md:justify-self-end" />
            </div>
          ))}
        </div>
        <div className="border-line border-l bg-paper max-lg:hidden" />
      </div>
    </div>
  );
}
