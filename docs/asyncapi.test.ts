import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Parser } from '@asyncapi/parser';

/** That a later minor version of AsyncAPI exists is no fault of the document. */
const HINT = 'asyncapi-latest-version';

test('asyncapi.json is an AsyncAPI 3 document to AsyncAPI’s own parser', async () => {
  const { document, diagnostics } = await new Parser().parse(readFileSync(join(__dirname, 'asyncapi.json'), 'utf8'));
  expect(diagnostics.filter(({ code }) => code !== HINT)).toEqual([]);
  expect(document?.version()).toBe('3.0.0');
  expect(document?.channels().all().length).toBeGreaterThan(0);
});

test('and what is no such document is none to it', async () => {
  const { document, diagnostics } = await new Parser().parse({ asyncapi: '3.0.0', info: { title: 'x' } } as never);
  expect(document).toBeUndefined();
  expect(diagnostics).toContainEqual(expect.objectContaining({ message: expect.stringContaining('"version"') }));
});
