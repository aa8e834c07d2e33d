/** The name of a type among channels, operations and messages, whose names take no colon. */
export function idOf(type: string): string {
  return type.replace(/[^a-z0-9]+/g, '-');
}
