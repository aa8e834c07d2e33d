import { Bone, LoadingWord } from '../../ui/skeleton';

const rows = Array.from({ length: 12 }, (_, row) => `row-${row}`);

/** The list of disputes in its final geometry, before its words. */
export function DisputesSkeleton() {
  return (
    <div className="grid min-h-0 flex-1 grid-rows-[auto_minmax(0,1fr)] overflow-hidden">
      <LoadingWord what="disputes" />
      <div className="flex min-h-12 items-center border-line border-b px-5.5 max-md:px-4">
        <Bone className="h-4 w-80 max-w-full" />
      </div>
      <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)]">
        <div className="min-h-0 overflow-hidden">
          <div className="h-9 border-line border-b max-md:hidden" />
          {rows.map((row) => (
            <div key={row} className="dispute-grid min-h-[38px] items-center border-line border-b">
              <Bone className="h-3.5 w-12 max-md:my-0.75" />
              <Bone className="h-3.5 w-32 max-w-full max-md:my-0.75" />
              <Bone className="h-3.5 w-28 max-w-full max-md:my-0.75" />
              <Bone className="h-3.5 w-20 justify-self-end max-md:my-0.75" />
              <Bone className="h-3.5 w-full max-md:hidden" />
            </div>
          ))}
        </div>
        <div className="border-line border-l bg-paper max-lg:hidden" />
      </div>
    </div>
  );
}
