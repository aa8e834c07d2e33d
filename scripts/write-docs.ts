// Writes the documents that are made from the code, and the snippets of guides: `npm run docs:write`. Tests fail while they are out of date.
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalog } from '../packages/types/src/events';
import { writeContractFiles } from './contract-files';
import { generatedDocuments } from './generated-documents';
import { guidePage } from './guide-page';

const root = join(import.meta.dirname, '..');
try {
  for (const path of writeContractFiles(root, Object.values(catalog))) console.log(path);
  for (const [name, document] of Object.entries(generatedDocuments())) {
    const path = join('docs', name);
    writeFileSync(join(root, path), document);
    console.log(path);
  }
  for (const name of readdirSync(join(root, 'docs/guides')).filter((file) => file.endsWith('.md'))) {
    const path = join('docs/guides', name);
    writeFileSync(join(root, path), guidePage(root, path));
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
