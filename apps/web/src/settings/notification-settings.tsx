'use client';

import { NOTIFICATION_CATEGORIES, notificationCategories } from '@skelly/types/notification-category';
import type { Preferences } from '@skelly/types/preference';
import { PageHeader } from '../member/page-header';
import { Card } from '../ui/card';
import { Switch } from '../ui/switch';
import { useChoices } from './use-choices';
import { channelLabels, SETTINGS_LINE, SETTINGS_TITLE } from './words';

/** Every category with its channels: a switch each, where there is a choice. */
export function NotificationSettings({ preferences }: { readonly preferences: Preferences }) {
  const { choices, choose } = useChoices(preferences);
  return (
    <>
      <PageHeader title={SETTINGS_TITLE} line={SETTINGS_LINE} />
      <Card className="max-w-180">
        {NOTIFICATION_CATEGORIES.map((category) => {
          const { label, about } = notificationCategories[category];
          const own = choices.filter((choice) => choice.category === category);
          return (
            <fieldset key={category} className="border-line border-t px-5 py-4 first:border-t-0">
              <legend className="sr-only">{label}</legend>
              <div className="flex items-center justify-between gap-x-6 gap-y-2 max-sm:flex-col max-sm:items-stretch">
                <div className="min-w-0">
                  <p aria-hidden="true" className="font-medium">
                    {label}
                  </p>
                  <p className="text-ink-2 text-small">{about}</p>
                </div>
                <div className="flex shrink-0 gap-x-6 max-sm:flex-col">
                  {own.map(({ channel, enabled, locked }) => (
                    <Switch
                      key={channel}
                      label={channelLabels[channel]}
                      hint={locked ? 'Always on' : undefined}
                      on={enabled}
                      disabled={locked}
                      onChange={(next) => choose({ category, channel, enabled: next })}
                    />
                  ))}
                </div>
              </div>
              {own.some(({ failed }) => failed) ? (
                <p role="alert" className="mt-2 text-ember-ink text-small">
                  Not kept: Skelly could not be reached. Try again.
                </p>
              ) : null}
            </fieldset>
          );
        })}
      </Card>
    </>
  );
}
