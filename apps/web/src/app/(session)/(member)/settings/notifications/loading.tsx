import { SettingsSkeleton } from '../../../../../settings/settings-skeleton';

export default function NotificationSettingsLoading() {
  return <SettingsSkeleton />;
}
