import pg from 'pg';

/** What node-postgres sends while `fn` runs: statements, and how often it waits for an answer. */
export async function countOnWire(fn: () => Promise<unknown>): Promise<{ statements: number; roundTrips: number }> {
  const wire = pg.Connection.prototype as unknown as Record<'execute' | 'query' | 'sync', () => void>;
  const execute = jest.spyOn(wire, 'execute');
  const query = jest.spyOn(wire, 'query');
  const sync = jest.spyOn(wire, 'sync');
  try {
    await fn();
    return {
      statements: execute.mock.calls.length + query.mock.calls.length,
      roundTrips: sync.mock.calls.length + query.mock.calls.length,
    };
  } finally {
    for (const spy of [execute, query, sync]) spy.mockRestore();
  }
}
