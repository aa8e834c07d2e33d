import type { Role } from '@skelly/types/user';

/** Who may see /ops. The API decides it again for every answer. */
export function mayOperate(role: Role): boolean {
  return role === 'admin' || role === 'support';
}
