import { RowsSkeleton } from '../member/home-skeleton';
import { Card } from '../ui/card';
import { Bone, LoadingWord } from '../ui/skeleton';

/** The inbox in its final geometry, before its words. */
export function NotificationsSkeleton() {
  return (
    <div>
      <LoadingWord what="notifications" />
      <div className="mb-6 min-h-14">
        <h1 className="font-semibold font-title text-title tracking-tight">Notifications</h1>
        <Bone className="mt-2 h-4 w-20" />
      </div>
      <Card title="Latest first">
        <div className="mt-1">
          <RowsSkeleton rows={6} lines={1} />
        </div>
      </Card>
    </div>
  );
}
