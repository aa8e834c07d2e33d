import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { currentData } from '../packages/events/src/upcast';
import { clientView, envelopeSchema } from '../packages/types/src/event';
import { catalog, findContract } from '../packages/types/src/events';
import { checkContracts } from '../packages/types/src/evolution';
import { readContractFiles, readSamples } from '../scripts/contract-files';

const root = join(__dirname, '..');
const files = readContractFiles(root);
const contracts = Object.values(catalog);
const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true }));
ajv.addVocabulary(['x-views', 'x-client-fills', 'x-grows']);

describe('contracts', () => {
  test('break nothing that is stored, runs or is open, and are as checked in', () => {
    expect(checkContracts(contracts, files).map(({ text }) => text)).toEqual([]);
  });

  test.each([...files.schemas])('%s is a JSON Schema to its own meta-schema', (_file, schema) => {
    expect(ajv.validateSchema(schema) ? [] : ajv.errors).toEqual([]);
    expect(() => ajv.compile(schema)).not.toThrow();
  });
});

describe.each([...files.samples])('the samples of %s', (file) => {
  const samples = readSamples(root, file);

  test('are events of their version', () => {
    expect(samples.length).toBeGreaterThan(0);
    const isValid = ajv.compile(files.schemas.get(file) ?? false);
    for (const sample of samples) {
      expect(envelopeSchema.safeParse(sample).error).toBeUndefined();
      expect(`${sample.type.replace(':', '/')}.v${sample.version}.json`).toBe(file);
      expect(isValid(sample.data) ? [] : isValid.errors).toEqual([]);
    }
  });

  test('go through today’s contract: upcast, checks, subject and live views', () => {
    for (const sample of samples) {
      const contract = findContract(sample.type);
      if (!contract) throw new Error(`The catalog has no ${sample.type}.`);
      const today = currentData(contract, sample);
      if ('invalid' in today) throw new Error(`Version ${sample.version} of ${sample.type}: ${today.invalid}`);
      expect(contract.subject(today.data)).toBe(sample.subject);
      for (const rule of contract.push) {
        expect(rule.to(today.data)).toMatch(/^(all|system|(user|role|room):[^{}]+)$/);
        expect(Object.keys(clientView(rule, today.data))).toEqual(rule.client);
      }
    }
  });
});
