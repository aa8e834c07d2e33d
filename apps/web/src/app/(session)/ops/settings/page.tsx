import { isOperator } from '@skelly/types/role';
import type { OpsSettingsResponse } from '@skelly/types/setting';
import type { Metadata } from 'next';
import { SettingsPage } from '../../../../ops/settings/settings-page';
import { needApi } from '../../../../server/api';
import { requireSession } from '../../../../server/session';

export const metadata: Metadata = { title: 'System settings' };

/** Values that operators change while everything runs. */
export default async function OpsSettingsPage() {
  // The layout answers 403; this page is rendered beside it and must not ask the API in vain.
  if (!isOperator((await requireSession()).me.user.role)) return null;
  return <SettingsPage read={await needApi<OpsSettingsResponse>('/api/ops/settings')} />;
}
