import type { EventContract } from '../event';
import { isSame } from './canonical';
import { compareData, type Reader } from './compare';
import { comparePages } from './compare-pages';
import { type ContractSchema, contractSchema, fileOf } from './contract-schema';

/** What is checked in of contracts, by the names that {@link fileOf} gives. */
export interface ContractFiles {
  /** The schema of each version of each contract. */
  readonly schemas: ReadonlyMap<string, ContractSchema>;
  /** The names of the samples. */
  readonly samples: ReadonlySet<string>;
}

/** Something that is not as it should be, in words that say what to do. */
export interface ContractProblem {
  readonly text: string;
  /** Whether `npm run docs:write` puts it right; otherwise somebody has to decide. */
  readonly isWritten: boolean;
}

const SCHEMAS = 'packages/types/schemas';
const SAMPLES = 'packages/types/samples';

const TRIPS: Readonly<Record<Reader, string>> = {
  stored: 'stored events would lose it or no longer satisfy it',
  older: 'workers of the version before would refuse new events',
};

/**
 * Holds the contracts of the code against the schemas and samples that are checked in. The schema of a version that was checked in is a
 * promise to events that are stored and to processes that still run: under the same version it only gains fields that may be missing.
 */
export function checkContracts(contracts: readonly EventContract[], files: ContractFiles): readonly ContractProblem[] {
  return [...contracts.flatMap((contract) => checkContract(contract, files)), ...strays(contracts, files)];
}

function checkContract(contract: EventContract, { schemas, samples }: ContractFiles): readonly ContractProblem[] {
  const today = contractSchema(contract);
  const current = fileOf(contract);
  const problems: ContractProblem[] = [];
  for (let version = 1; version < contract.version; version += 1) {
    const past = fileOf({ type: contract.type, version });
    if (!schemas.has(past)) problems.push(decide(`${SCHEMAS}/${past} is missing: bring it back from git.`));
    if (!samples.has(past))
      problems.push(
        decide(`${contract.type} has no sample of version ${version}: bring ${SAMPLES}/${past} back from git.`),
      );
  }
  if (!samples.has(current)) problems.push(written(`${SAMPLES}/${current} is missing: npm run docs:write.`));
  const checkedIn = schemas.get(current);
  const before = schemas.get(fileOf({ type: contract.type, version: contract.version - 1 }));
  if (before && before !== checkedIn) problems.push(...breaksPages(contract, before, today, false));
  if (!checkedIn) return [...problems, written(`${SCHEMAS}/${current} is missing: npm run docs:write.`)];
  const breaks = [...breaksData(contract, checkedIn, today), ...breaksPages(contract, checkedIn, today, true)];
  if (breaks.length > 0) return [...problems, ...breaks];
  return isSame(checkedIn, today)
    ? problems
    : [...problems, written(`${SCHEMAS}/${current} is out of date: npm run docs:write.`)];
}

function breaksData(
  { type, version }: EventContract,
  before: ContractSchema,
  today: ContractSchema,
): readonly ContractProblem[] {
  return compareData(before, today).map(({ path, what, breaks }) =>
    decide(
      `${type}: "${path || 'data'}" ${what}, and ${breaks.map((reader) => TRIPS[reader]).join('; ')}. ` +
        `Raise the version to ${version + 1}, write upcast[${version}], leave ${SCHEMAS}/${fileOf({ type, version })} as it is, ` +
        'and run npm run docs:write. See docs/guides/schema-evolution.md.',
    ),
  );
}

function breaksPages(
  { type }: EventContract,
  before: ContractSchema,
  today: ContractSchema,
  sameVersion: boolean,
): readonly ContractProblem[] {
  return comparePages(before, today, { sameVersion }).map((change) =>
    decide(
      `${type}: ${change}, and pages that are open would miss it. Keep it beside what is new; a field that carries ` +
        '.meta({ deprecated: true }) for one deployed version may go with the next. See docs/guides/schema-evolution.md.',
    ),
  );
}

/** Files of no version that the catalog has. */
function strays(contracts: readonly EventContract[], files: ContractFiles): readonly ContractProblem[] {
  const known = new Set(
    contracts.flatMap(({ type, version }) =>
      Array.from({ length: version }, (_, index) => fileOf({ type, version: index + 1 })),
    ),
  );
  const names = [
    ...[...files.schemas.keys()].map((file) => [SCHEMAS, file] as const),
    ...[...files.samples].map((file) => [SAMPLES, file] as const),
  ];
  return names
    .filter(([, file]) => !known.has(file))
    .map(([folder, file]) =>
      decide(
        `${folder}/${file} is of no version that the catalog has. A contract that is no longer emitted keeps its place while ` +
          'history has events of it, and a version is never lowered; a file that was never deployed may be deleted.',
      ),
    );
}

const decide = (text: string): ContractProblem => ({ text, isWritten: false });
const written = (text: string): ContractProblem => ({ text, isWritten: true });
