import type { QueryContract, QueryData } from '@skelly/types/event';
import { UnitOfWorkError } from '../errors';
import { insideUnitOfWork } from '../unit-of-work/transaction';
import type { Asker, QueryResponse } from './asker';
import { QueryError } from './errors';

/** What `queryEvent` does. Its type, with what each query is asked and answered, is the event system's. */
export function createQueryEvent(asker: Asker | undefined) {
  return async function queryEvent(
    nameOrQuery: QueryContract | string,
    data: QueryData<QueryContract>,
    sourceModule: string,
    timeoutMs?: number,
  ): Promise<QueryResponse<never>> {
    if (insideUnitOfWork())
      throw new UnitOfWorkError(
        'query_inside_unit_of_work',
        'queryEvent was called inside an open unit of work, which would hold its locks while it waits: ask before you open it.',
      );
    if (!asker) throw new QueryError('query_no_way', 'Nobody was asked: give createEventSystem an asker.');
    const query = typeof nameOrQuery === 'string' ? asker.find(nameOrQuery) : nameOrQuery;
    if (!query)
      throw new QueryError(
        'query_unknown',
        `No query has the type "${nameOrQuery}". Add it to packages/types/src/queries.ts.`,
      );
    return (await asker.ask(query, data, { sourceModule, timeoutMs })) as QueryResponse<never>;
  };
}
