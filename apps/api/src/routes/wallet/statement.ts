import { readStreamPosition } from '@skelly/domain/live';
import { statementCsv } from '@skelly/domain/wallet';
import { AppError } from '@skelly/types/errors';
import { userChannel } from '@skelly/types/live';
import { type StatementEntry, statementFilter, statementQuery, statementResponse } from '@skelly/types/wallet';
import { defineRoute } from '../../http/route';

/** Lines of an export at most: a file is whole, or there is none. */
export const MAX_EXPORT_LINES = 20_000;
const PAGE = 2_000;
/** Pages that are looked through for lines of a kind. */
const MOST_PAGES = 100;

export const statement = defineRoute({
  method: 'get',
  url: '/api/wallet/statement',
  summary: 'A page of the member’s statement, newest first, with the running balance of each account.',
  access: 'member',
  query: statementQuery,
  response: { status: 200, schema: statementResponse },
  async handle({ query, session }, { database, wallets }) {
    const { userId } = session;
    const stream = await readStreamPosition(database.queries, userChannel(userId));
    const { items, nextCursor } = await wallets.getHistory({ ...query, userId });
    return { status: 200, body: { items: [...items], nextCursor, stream } };
  },
});

export const exportStatement = defineRoute({
  method: 'get',
  url: '/api/wallet/statement.csv',
  summary: `The member’s statement as a CSV file, newest first: ${MAX_EXPORT_LINES} lines at most.`,
  access: 'member',
  query: statementFilter,
  file: 'text/csv',
  errors: { 422: ['statement_too_long'] },
  async handle({ query, session }, { wallets, now }) {
    const lines: StatementEntry[] = [];
    let before: number | undefined;
    let pages = 0;
    do {
      if (pages === MOST_PAGES) throw tooLong('There are too many lines to look through.');
      pages += 1;
      const page = await wallets.getHistory({ ...query, userId: session.userId, limit: PAGE, before });
      lines.push(...page.items);
      before = page.nextCursor ?? undefined;
      if (lines.length > MAX_EXPORT_LINES || (lines.length === MAX_EXPORT_LINES && before)) throw tooLong(TOO_MANY);
    } while (before !== undefined);
    const name = `statement-${query.currency}-${now().toISOString().slice(0, 10)}.csv`;
    return { status: 200, file: { name, content: statementCsv(lines, query.currency) } };
  },
});

const TOO_MANY = `A file has ${MAX_EXPORT_LINES.toLocaleString('en')} lines at most.`;

function tooLong(why: string): AppError {
  return new AppError({ kind: 'unprocessable', code: 'statement_too_long', message: `${why} Choose fewer days.` });
}
