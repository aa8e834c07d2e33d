import { operatorReasonSchema } from '@skelly/types/wallet';

/** Why an operator does something, of 1 to 2,000 characters. @throws Error that names `--reason`. */
export function readReason(given: string): string {
  const parsed = operatorReasonSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new Error(`--reason: ${parsed.error.issues.map(({ message }) => message).join(' ')}`);
}
