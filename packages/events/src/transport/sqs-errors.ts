function namesOf(error: unknown): string {
  const { name, code, Code } = (error ?? {}) as { name?: unknown; code?: unknown; Code?: unknown };
  return [name, code, Code].filter((part) => typeof part === 'string').join(' ');
}

/** Servers call it by its JSON name or by its older query name. */
export function isMissingQueue(error: unknown): boolean {
  return /QueueDoesNotExist|NonExistentQueue/.test(namesOf(error));
}
