import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareFeatureMap,
  filesOf,
  type Inventory,
  KINDS,
  type Kind,
  pagesOf,
  pushesOf,
  servicesOf,
} from '@skelly/testkit/feature-map';
import { routes } from './apps/api/src/routes';
import { createHandlers, type HandlerPorts } from './apps/worker/src/handlers';
import { createResponders, type ResponderPorts } from './apps/worker/src/responders';
import featureMap from './feature-map.json';
import { tableNames } from './packages/db/src';
import { catalog } from './packages/types/src/events';
import { queries } from './packages/types/src/queries';

/** Declaring handlers does not use their ports. */
const noPorts = new Proxy({} as HandlerPorts & ResponderPorts, {
  get: (_ports, name) => {
    throw new Error(`The port ${String(name)} was used while handlers were declared.`);
  },
});

const domain = join(__dirname, 'packages/domain/src');

function readCode(): Inventory {
  const contracts = Object.values(catalog);
  return {
    contracts: contracts.map(({ type }) => type),
    tables: tableNames(),
    services: readdirSync(domain, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) => servicesOf(name, require(join(domain, name, 'index.ts')))),
    routes: routes.map(({ method, url }) => `${method.toUpperCase()} ${url}`),
    handlers: Object.values(createHandlers(noPorts)).flatMap((handlers) => handlers.map(({ id }) => id)),
    queries: Object.values(queries).map(({ type }) => type),
    responders: createResponders(noPorts).map(({ id }) => id),
    pushes: contracts.flatMap((contract) => pushesOf(contract)),
    pages: pagesOf(join(__dirname, 'apps/web/src/app')),
    docs: [
      ...filesOf(join(__dirname, 'docs')).map((path) => `docs/${path}`),
      ...readdirSync(join(__dirname, 'packages')).map((name) => `packages/${name}/README.md`),
    ].filter((path) => path.endsWith('.md') && existsSync(join(__dirname, path))),
  };
}

/** The map with one change to it. */
type Lists = Record<string, Record<string, string | string[]>>;
function changed(change: (map: Lists) => void): typeof featureMap {
  const copy = structuredClone(featureMap);
  change(copy as unknown as Lists);
  return copy;
}

const kinds = Object.keys(KINDS) as Kind[];
const entries = Object.entries(featureMap).flatMap(([feature, parts]) =>
  kinds.flatMap((kind) =>
    ((parts as Partial<Record<Kind, string[]>>)[kind] ?? []).map((name) => [kind, name, feature] as const),
  ),
);

describe('feature-map.json', () => {
  const code = readCode();

  test('says what the code is', () => {
    expect(compareFeatureMap(featureMap, code)).toEqual([]);
  });

  test('has entries of every kind', () => {
    expect(new Set(entries.map(([kind]) => kind))).toEqual(new Set(kinds));
  });

  test.each(entries)('would be false without %s %s', (kind, name, feature) => {
    const without = changed((map) => {
      const parts = map[feature] as Record<string, string[]>;
      parts[kind] = (parts[kind] as string[]).filter((entry) => entry !== name);
    });
    expect(compareFeatureMap(without, code)).toContainEqual(
      expect.stringMatching(new RegExp(`^${kind}: "${literally(name)}" exists .* add it`)),
    );
  });

  test.each(entries)('would be false if the code lost %s %s', (kind, name, feature) => {
    const lost = { ...code, [kind]: code[kind].filter((existing) => existing !== name) };
    expect(compareFeatureMap(featureMap, lost)).toEqual([
      expect.stringContaining(`${kind}: "${name}" is listed under "${feature}" but does not exist`),
    ]);
  });

  test.each(kinds)('would be false if the code had %s that it does not list', (kind) => {
    const grown = { ...code, [kind]: [...code[kind], 'something:new'] };
    expect(compareFeatureMap(featureMap, grown)).toEqual([
      expect.stringMatching(new RegExp(`^${kind}: "something:new" exists .* add it`)),
    ]);
  });

  test.each(Object.keys(featureMap))('would be false without the summary of %s, or without the feature', (feature) => {
    const unsaid = changed((map) => {
      (map[feature] as Record<string, string>)['summary'] = '';
    });
    expect(compareFeatureMap(unsaid, code)).toEqual([expect.stringContaining(`"${feature}" has no summary`)]);
    const gone = changed((map) => {
      delete map[feature];
    });
    expect(compareFeatureMap(gone, code)).not.toEqual([]);
  });

  test('would be false with an entry twice, an empty feature or a kind that there is not', () => {
    const twice = changed((map) => {
      map['second'] = { summary: 'Again.', contracts: ['user:registered'] };
    });
    expect(compareFeatureMap(twice, code)).toEqual([
      expect.stringContaining('is listed under "accounts" and "second"'),
    ]);
    const empty = changed((map) => {
      map['empty'] = { summary: 'Nothing.', contracts: [] };
    });
    expect(compareFeatureMap(empty, code)).toEqual([expect.stringContaining('"empty" lists nothing')]);
    const odd = changed((map) => {
      (map['accounts'] as Record<string, string[]>)['widgets'] = ['x'];
    });
    expect(compareFeatureMap(odd, code)).toEqual([expect.stringContaining('has "widgets"')]);
  });
});

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
