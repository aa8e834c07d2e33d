import { Bone, LoadingWord } from '../../ui/skeleton';

const rows = Array.from({ length: 6 }, (_, row) => `row-${row}`);

/** The page of the ledger in its final geometry, before its words. */
export function LedgerSkeleton() {
  return (
    <div className="min-h-0 flex-1 overflow-hidden">
      <LoadingWord what="ledger" />
      <div className="flex min-h-12 items-center border-line border-b px-5.5 max-md:px-4">
        <Bone className="h-4 w-96 max-w-full" />
      </div>
      {rows.map((row) => (
        <div key={row} className="border-line border-b px-5.5 py-4 max-md:px-4">
          <Bone className="h-4 w-60 max-w-full" />
          <Bone className="mt-2 h-4 w-80 max-w-full" />
        </div>
      ))}
    </div>
  );
}
