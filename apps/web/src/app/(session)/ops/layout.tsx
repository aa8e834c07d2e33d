import { isOperator } from '@skelly/types/role';
import { forbidden } from 'next/navigation';
import type { ReactNode } from 'react';
import { OpsShell } from '../../../ops/ops-shell';
import { requireSession } from '../../../server/session';

/** Operations, for support and admins; to everybody else the page answers 403. */
export default async function OpsLayout({ children }: { readonly children: ReactNode }) {
  const session = await requireSession();
  if (!isOperator(session.me.user.role)) forbidden();
  return <OpsShell>{children}</OpsShell>;
}
