import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const examples = [...readme.matchAll(/^```(tsx?)\n([\s\S]*?)^```/gm)].map(([, kind = '', code = '']) => ({
  kind,
  code,
}));

describe('the README', () => {
  // Inside of the package, whose own name leads to its exports.
  const folder = mkdtempSync(join(root, 'node_modules/.readme-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const compile = (texts: readonly { readonly kind: string; readonly code: string }[]) => {
    const files = texts.map(({ kind, code }, index) => {
      const file = join(folder, `example-${index}.${kind}`);
      writeFileSync(file, code);
      return file;
    });
    const compilerOptions = {
      jsx: 'react-jsx',
      lib: ['ES2023', 'DOM'],
      types: [],
      rootDir: join(root, '../..'),
      paths: {
        '@skelly/client': [join(root, 'src/index.ts')],
        '@skelly/client/*': [join(root, 'src/*/index.ts'), join(root, 'src/adapters/*.ts')],
      },
    };
    const config = join(folder, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ extends: join(root, '../../tsconfig.base.json'), compilerOptions, files }));
    const { status, stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['--project', config], {
      encoding: 'utf8',
    });
    return { status, stdout };
  };

  it('has examples that compile', () => {
    expect(examples).toHaveLength(5);
    expect(compile(examples)).toEqual({ status: 0, stdout: '' });
  });

  it('would not pass with a field that no browser sees', () => {
    const wrong = examples.map(({ kind, code }) => ({ kind, code: code.replace('data.title', 'data.userId') }));
    expect(compile(wrong).stdout).toContain("Property 'userId' does not exist");
  });
});
