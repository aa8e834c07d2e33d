/** What a feature is made of, and where in the repository each kind is found. */
export const KINDS = {
  contracts: 'packages/types/src/<feature>/events.ts',
  tables: 'packages/db/src/schema',
  services: 'packages/domain/src/<feature>/index.ts',
  routes: 'apps/api/src/routes/index.ts',
  handlers: 'apps/worker/src/handlers/index.ts',
  queries: 'packages/types/src/queries.ts',
  responders: 'apps/worker/src/responders/index.ts',
  pushes: 'the push rules of packages/types/src/<feature>/events.ts',
  pages: 'apps/web/src/app',
  docs: 'docs',
} as const;
export type Kind = keyof typeof KINDS;

const kinds = Object.keys(KINDS) as Kind[];

/** One feature as `feature-map.json` has it. */
export type Feature = { readonly summary: string } & { readonly [K in Kind]?: readonly string[] };

/** `feature-map.json`: every part of the product under the one feature that it belongs to. */
export type FeatureMap = Readonly<Record<string, Feature>>;

/** What the code has, by kind. */
export type Inventory = Readonly<Record<Kind, readonly string[]>>;

/**
 * Compares the map with the code, both ways: each entry exists, each thing that exists has exactly one entry.
 *
 * @returns one sentence for each difference: which entry it is and what to do. Empty when the map is true.
 */
export function compareFeatureMap(map: FeatureMap, code: Inventory): readonly string[] {
  return [
    ...Object.entries(map).flatMap(([name, feature]) => checkShape(name, feature)),
    ...kinds.flatMap((kind) => compareKind(kind, entriesOf(map, kind), code[kind])),
  ];
}

interface Entry {
  readonly feature: string;
  readonly name: string;
}

function entriesOf(map: FeatureMap, kind: Kind): readonly Entry[] {
  return Object.entries(map).flatMap(([feature, parts]) =>
    (parts[kind] ?? []).map((name): Entry => ({ feature, name })),
  );
}

function checkShape(name: string, feature: Feature): readonly string[] {
  const problems: string[] = [];
  if (!feature.summary) problems.push(`Feature "${name}" has no summary: say in one sentence what it is for.`);
  for (const key of Object.keys(feature)) {
    if (key !== 'summary' && !(key in KINDS))
      problems.push(`Feature "${name}" has "${key}", which is none of ${kinds.join(', ')}.`);
  }
  if (!kinds.some((kind) => feature[kind]?.length))
    problems.push(`Feature "${name}" lists nothing: fill it or remove it.`);
  return problems;
}

function compareKind(kind: Kind, entries: readonly Entry[], existing: readonly string[]): readonly string[] {
  const problems: string[] = [];
  const listed = new Map<string, string>();
  for (const { feature, name } of entries) {
    const first = listed.get(name);
    if (first !== undefined)
      problems.push(`${kind}: "${name}" is listed under "${first}" and "${feature}": keep it where it belongs.`);
    listed.set(name, feature);
    if (!existing.includes(name))
      problems.push(
        `${kind}: "${name}" is listed under "${feature}" but does not exist in ${KINDS[kind]}: remove the entry.`,
      );
  }
  for (const name of existing) {
    if (!listed.has(name))
      problems.push(
        `${kind}: "${name}" exists in ${KINDS[kind]} but is listed nowhere: add it to its feature's "${kind}".`,
      );
  }
  return problems;
}
