// Writes the documents that are made from the code: `npm run docs:write`. A test fails while they are out of date.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocuments } from './generated-documents';

for (const [name, document] of Object.entries(generatedDocuments())) {
  const path = join('docs', name);
  writeFileSync(join(import.meta.dirname, '..', path), document);
  console.log(path);
}
