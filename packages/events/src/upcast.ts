import { describeError } from '@skelly/types/errors';
import type { EventContract } from '@skelly/types/event';
import { z } from 'zod';

/** Data as its contract has it today, brought along from an older version and checked; or why it cannot be. */
export function currentData(
  contract: EventContract,
  from: { readonly version: number; readonly data: Record<string, unknown> },
): { readonly data: Record<string, unknown> } | { readonly invalid: string } {
  let { data } = from;
  try {
    for (let version = from.version; version < contract.version; version += 1) {
      data = contract.upcast[version]?.(data) ?? data;
    }
  } catch (error) {
    return { invalid: `The upcast from version ${from.version} failed: ${describeError(error).message}` };
  }
  const parsed = contract.data.safeParse(data);
  return parsed.success ? { data: parsed.data } : { invalid: z.prettifyError(parsed.error) };
}
