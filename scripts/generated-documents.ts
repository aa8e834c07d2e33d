import { createOpenApiDocument } from '../apps/api/src/openapi/document';
import { routes } from '../apps/api/src/routes';
import { createAsyncApiDocument } from '../packages/types/src/asyncapi';
import { catalog } from '../packages/types/src/events';
import { createProtocolSchema } from '../packages/types/src/protocol';
import { queries } from '../packages/types/src/queries';

/** The documents that are made from the code, by their names in docs/. */
export function generatedDocuments(): Readonly<Record<string, string>> {
  return {
    'openapi.json': json(createOpenApiDocument(routes)),
    'asyncapi.json': json(createAsyncApiDocument(Object.values(catalog), Object.values(queries))),
    'protocol.schema.json': json(createProtocolSchema()),
  };
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
