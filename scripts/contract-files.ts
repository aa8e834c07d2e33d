import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { exampleOf } from '../packages/testkit/src/events/example-data';
import { filesOf } from '../packages/testkit/src/feature-map';
import type { EventContract, EventEnvelope } from '../packages/types/src/event';
import {
  type ContractFiles,
  type ContractSchema,
  checkContracts,
  contractSchema,
  fileOf,
} from '../packages/types/src/evolution';

/** Where the schemas and samples of contracts are checked in. */
export const CONTRACT_FOLDERS = { schemas: 'packages/types/schemas', samples: 'packages/types/samples' } as const;

/** What is checked in of contracts. @param root the checkout */
export function readContractFiles(root: string): ContractFiles {
  const schemas = filesOf(join(root, CONTRACT_FOLDERS.schemas));
  return {
    schemas: new Map(schemas.map((file) => [file, readJson(root, CONTRACT_FOLDERS.schemas, file) as ContractSchema])),
    samples: new Set(filesOf(join(root, CONTRACT_FOLDERS.samples))),
  };
}

/** The samples of one version: events as they stood in history when it was new. */
export function readSamples(root: string, file: string): readonly EventEnvelope[] {
  return readJson(root, CONTRACT_FOLDERS.samples, file) as EventEnvelope[];
}

/**
 * Writes the schemas of today's versions, and samples where a version has none: a sample that is there is never changed.
 *
 * @returns the files that were written, relative to the checkout.
 * @throws Error when somebody has to decide first; then nothing is written.
 */
export function writeContractFiles(root: string, contracts: readonly EventContract[]): readonly string[] {
  const files = readContractFiles(root);
  const open = checkContracts(contracts, files).filter(({ isWritten }) => !isWritten);
  if (open.length > 0) throw new Error(open.map(({ text }) => text).join('\n'));
  return contracts.flatMap((contract) => {
    const file = fileOf(contract);
    const written = [write(root, `${CONTRACT_FOLDERS.schemas}/${file}`, contractSchema(contract))];
    if (!files.samples.has(file))
      written.push(write(root, `${CONTRACT_FOLDERS.samples}/${file}`, makeSamples(contract)));
    return written;
  });
}

/** Two events: one with nothing that may be missing, one with everything. One, when they would be the same. */
function makeSamples(contract: EventContract): readonly EventEnvelope[] {
  const barest = sample(contract, false);
  const fullest = sample(contract, true);
  return JSON.stringify(barest) === JSON.stringify(fullest) ? [barest] : [barest, fullest];
}

function sample(contract: EventContract, optional: boolean): EventEnvelope {
  const data = exampleOf<Record<string, unknown>>(contract.data, { optional });
  return {
    eventId: '019b7c52-1a88-7000-8000-000000000001',
    position: 1,
    type: contract.type,
    version: contract.version,
    sourceModule: 'sample',
    subject: contract.subject(data),
    tenant: 'main',
    actor: 'system',
    correlationId: '019b7c52-1a88-7000-8000-000000000002',
    causationId: null,
    traceparent: null,
    occurredAt: '2026-01-02T03:04:05.000Z',
    data,
  };
}

function write(root: string, path: string, content: object): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), `${JSON.stringify(content, null, 2)}\n`);
  return path;
}

function readJson(root: string, folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(root, folder, file), 'utf8'));
}
