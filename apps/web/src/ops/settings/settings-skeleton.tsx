import { Bone, LoadingWord } from '../../ui/skeleton';

const rows = Array.from({ length: 14 }, (_, row) => `row-${row}`);

/** The list of settings in its final geometry, before its words. */
export function SettingsSkeleton() {
  return (
    <div className="min-h-0 flex-1 overflow-hidden">
      <LoadingWord what="settings" />
      <div className="flex min-h-12 items-center border-line border-b px-5.5 max-md:px-4">
        <Bone className="h-4 w-72 max-w-full" />
      </div>
      {rows.map((row) => (
        <div key={row} className="setting-grid border-line border-b">
          <Bone className="h-4 w-44" />
          <Bone className="h-4 w-80 max-w-full md:col-span-2" />
        </div>
      ))}
    </div>
  );
}
