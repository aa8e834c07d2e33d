import { createLogger } from './log';

const address = 'mara@example.com';
const hash = '$argon2id$v=19$hash';

/** As the database's driver reports a broken constraint: with the row in `detail`. */
function driverError(): Error {
  const detail = `Key (email)=(${address}) already exists.`;
  return Object.assign(new Error('duplicate key value violates unique constraint "users_email_key"'), {
    code: '23505',
    detail,
  });
}

/** As a query builder reports it: with the query and its values, in its message too. */
function queryError(cause: unknown): Error {
  const query = 'insert into users (email, password_hash) values ($1, $2)';
  const error = new Error(`Failed query: ${query}\nparams: ${address},${hash}`, { cause });
  return Object.assign(error, { query, params: [address, hash] });
}

function lineOf(fields: object): { text: string; line: Record<string, unknown> } {
  const lines: string[] = [];
  const log = createLogger({ service: 'test', level: 'info' }, { write: (line) => lines.push(line) });
  log.error(fields, 'it failed');
  const text = lines.join('');
  return { text, line: JSON.parse(text) };
}

describe('an error in a log line', () => {
  test.each(['err', 'error', 'cause'])('as %s has the driver’s words and nothing of the row', (field) => {
    const { text, line } = lineOf({ [field]: queryError(driverError()) });
    expect(line[field]).toEqual({
      name: 'Error',
      message: 'duplicate key value violates unique constraint "users_email_key"',
      stack: expect.stringContaining('driverError'),
      code: '23505',
    });
    for (const secret of [address, hash, 'insert into']) expect(text).not.toContain(secret);
  });

  test('tells its causes with the same care', () => {
    const { text, line } = lineOf({ err: new Error('outer', { cause: queryError(driverError()) }) });
    expect(line['err']).toMatchObject({ message: 'outer', cause: { code: '23505' } });
    expect(text).not.toContain(address);
  });

  test('ends although its causes are a ring, and leaves words alone', () => {
    const ring = new Error('ring');
    ring.cause = ring;
    expect(lineOf({ err: ring, error: 'timed out' }).line).toMatchObject({
      err: { cause: { message: 'ring' } },
      error: 'timed out',
    });
  });
});
