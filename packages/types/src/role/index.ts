import type { Role } from '../user';

/** The roles that run the platform: they read the event log and follow it live. */
export const OPERATOR_ROLES = ['admin', 'support'] as const satisfies readonly Role[];

/** Whether somebody of this role runs the platform. */
export function isOperator(role: string): boolean {
  return OPERATOR_ROLES.some((operator) => operator === role);
}
