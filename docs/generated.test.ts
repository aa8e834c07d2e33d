import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocuments } from '../scripts/generated-documents';

describe('generated documents', () => {
  test.each(Object.entries(generatedDocuments()))('docs/%s says what the code says', (name, document) => {
    // When this fails: npm run docs:write
    expect(JSON.parse(readFileSync(join(__dirname, name), 'utf8'))).toEqual(JSON.parse(document));
  });
});
