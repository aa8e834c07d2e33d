import { notificationCategories } from '@skelly/types/notification-category';
import { Card } from '../ui/card';
import { Bone, LoadingWord } from '../ui/skeleton';
import { SETTINGS_LINE, SETTINGS_TITLE } from './words';

/** The settings in their final geometry, before the member's choices. */
export function SettingsSkeleton() {
  return (
    <div>
      <LoadingWord what="settings" />
      <div className="mb-6 min-h-14">
        <h1 className="font-semibold font-title text-title tracking-tight">{SETTINGS_TITLE}</h1>
        <p className="mt-0.5 text-ink-2">{SETTINGS_LINE}</p>
      </div>
      <Card className="max-w-180">
        {Object.keys(notificationCategories).map((category) => (
          <div
            key={category}
            className="flex min-h-[88px] items-center justify-between gap-6 border-line border-t px-5 py-4 first:border-t-0 max-sm:min-h-[148px]"
          >
            <div className="min-w-0 flex-1">
              <Bone className="h-4 w-32" />
              <Bone className="mt-2 h-3 w-64 max-w-full" />
            </div>
            <Bone className="h-6 w-44 max-sm:hidden" />
          </div>
        ))}
      </Card>
    </div>
  );
}
