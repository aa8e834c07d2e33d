function namesOf(error: unknown): string {
  const { name, code, Code } = (error ?? {}) as { name?: unknown; code?: unknown; Code?: unknown };
  return [name, code, Code].filter((part) => typeof part === 'string').join(' ');
}

/** Servers call it by its JSON name or by its older query name. */
export function isMissingQueue(error: unknown): boolean {
  return /QueueDoesNotExist|NonExistentQueue/.test(namesOf(error));
}

/** Whether the server answered at all, as opposed to being away, slow or throttling. */
export function isRefusal(error: unknown): boolean {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
  return (
    status !== undefined &&
    status >= 400 &&
    status < 500 &&
    status !== 429 &&
    !/Throttl|RequestLimit/.test(namesOf(error))
  );
}
