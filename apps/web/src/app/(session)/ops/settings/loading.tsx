import { SettingsSkeleton } from '../../../../ops/settings/settings-skeleton';

export default function OpsSettingsLoading() {
  return <SettingsSkeleton />;
}
