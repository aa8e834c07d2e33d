import type { ReactNode } from 'react';
import { MemberShell } from '../../../member/shell';

/** Every page of the member app. */
export default function MemberLayout({ children }: { readonly children: ReactNode }) {
  return <MemberShell>{children}</MemberShell>;
}
