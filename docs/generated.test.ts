import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedDocuments } from '../scripts/generated-documents';

describe('generated documents', () => {
  test.each(Object.entries(generatedDocuments()))('docs/%s says what the code says', (name, document) => {
    const isCurrent = readFileSync(join(__dirname, name), 'utf8') === document;
    expect(isCurrent ? 'as the code' : 'out of date: npm run docs:write').toBe('as the code');
  });
});
