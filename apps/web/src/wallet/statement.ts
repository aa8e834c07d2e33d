import type { StatementEntry, StatementResponse } from '@skelly/types/wallet';

/** What this tab knows of a statement. */
export interface Statement {
  /** Newest first, each once. */
  readonly items: readonly StatementEntry[];
  /** Continues after the oldest line; null when everything is here. */
  readonly nextCursor: number | null;
  /** The newest page, as it waits while the reader's place is held; null when nothing waits. */
  readonly waiting: Page | null;
}

type Page = Pick<StatementResponse, 'items' | 'nextCursor'>;

/** A statement as first read. */
export function openStatement({ items, nextCursor }: Page): Statement {
  return { items, nextCursor, waiting: null };
}

/**
 * Takes in the newest page, read again. While the reader's place is held, it waits, and {@link showWaiting} takes it in. A page that
 * does not reach down to what is known replaces it.
 */
export function refreshStatement(statement: Statement, page: Page, isHeld: boolean): Statement {
  if (isHeld && newer(statement, page).length > 0) return { ...statement, waiting: page };
  return merge(statement, page);
}

/** Lets what waits flow in. */
export function showWaiting(statement: Statement): Statement {
  return statement.waiting ? merge(statement, statement.waiting) : statement;
}

/** Takes in the page that follows the oldest line. */
export function extendStatement(statement: Statement, page: Page): Statement {
  return { ...statement, items: byPosition([...statement.items, ...page.items]), nextCursor: page.nextCursor };
}

/** How many lines wait above those that are shown, and whether there are more of them than were read. */
export function waitingLines(statement: Statement): { readonly count: number; readonly isMore: boolean } {
  const { waiting } = statement;
  if (!waiting) return { count: 0, isMore: false };
  return { count: newer(statement, waiting).length, isMore: !touches(statement, waiting) };
}

function merge(statement: Statement, page: Page): Statement {
  if (!touches(statement, page)) return openStatement(page);
  const oldest = page.items.at(-1)?.position ?? 0;
  const isDeeper = statement.items.some(({ position }) => position < oldest);
  return {
    items: byPosition([...page.items, ...statement.items]),
    nextCursor: isDeeper ? statement.nextCursor : page.nextCursor,
    waiting: null,
  };
}

/** Whether nothing can lie between a page and what is known. */
function touches({ items }: Statement, page: Page): boolean {
  const newest = items[0]?.position ?? 0;
  return page.nextCursor === null || page.items.some(({ position }) => position <= newest);
}

function newer({ items }: Statement, page: Page): readonly StatementEntry[] {
  const newest = items[0]?.position ?? 0;
  return page.items.filter(({ position }) => position > newest);
}

function byPosition(items: readonly StatementEntry[]): readonly StatementEntry[] {
  return [...new Map(items.map((item) => [item.position, item])).values()].sort((a, b) => b.position - a.position);
}
