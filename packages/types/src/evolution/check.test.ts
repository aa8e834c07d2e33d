import { z } from 'zod';
import { defineEvent, type EventContract } from '../event';
import { checkContracts } from './check';
import { contractSchema, fileOf } from './contract-schema';

type Definition = Parameters<typeof defineEvent>[0];
const type = 'test:noted';
const data = z.object({ userId: z.uuid(), text: z.string(), note: z.string().optional() });
const base = { type, version: 1, summary: 'Something was noted.', subject: () => 'note:1', data } as const;
const toAll = () => 'all' as const;

/** A contract, as its author changes it. */
function noted(changes: Partial<Definition> = {}): EventContract {
  return defineEvent({ ...base, ...changes } as Definition);
}

/** What is checked in after these versions were deployed, one after the other. */
function checkedIn(...versions: readonly EventContract[]) {
  return {
    schemas: new Map(versions.map((contract) => [fileOf(contract), contractSchema(contract)])),
    samples: new Set(versions.map(fileOf)),
  };
}

const problems = (contract: EventContract, files: ReturnType<typeof checkedIn>) =>
  checkContracts([contract], files).map(({ text, isWritten }) => `${isWritten ? 'write' : 'decide'}: ${text}`);

describe('checkContracts', () => {
  test('what is as checked in has no problems', () => {
    expect(problems(noted(), checkedIn(noted()))).toEqual([]);
  });

  test('a new contract needs its files, and a command writes them', () => {
    expect(problems(noted(), checkedIn())).toEqual([
      'write: packages/types/samples/test/noted.v1.json is missing: npm run docs:write.',
      'write: packages/types/schemas/test/noted.v1.json is missing: npm run docs:write.',
    ]);
  });

  test('a compatible change is written', () => {
    const grown = noted({ data: data.extend({ more: z.string().optional() }) });
    expect(problems(grown, checkedIn(noted()))).toEqual([
      'write: packages/types/schemas/test/noted.v1.json is out of date: npm run docs:write.',
    ]);
  });

  test('a breaking change without a new version names contract, field, who trips and what to do', () => {
    const narrower = noted({ data: data.extend({ note: z.string() }) });
    expect(problems(narrower, checkedIn(noted()))).toEqual([
      'decide: test:noted: "note" became required, and stored events would lose it or no longer satisfy it. Raise the version to 2, ' +
        'write upcast[1], leave packages/types/schemas/test/noted.v1.json as it is, and run npm run docs:write. See docs/guides/schema-evolution.md.',
    ]);
  });

  test('with a new version it is fine, and the new version is written', () => {
    const second = noted({ version: 2, data: data.extend({ note: z.string() }), upcast: { 1: (old) => old } });
    expect(problems(second, checkedIn(noted())).every((problem) => problem.startsWith('write: '))).toBe(true);
    expect(problems(second, checkedIn(noted(), second))).toEqual([]);
  });

  test('a past version keeps its sample and its schema', () => {
    const second = noted({ version: 2, upcast: { 1: (old) => old } });
    expect(problems(second, checkedIn(second))).toEqual([
      'decide: packages/types/schemas/test/noted.v1.json is missing: bring it back from git.',
      'decide: test:noted has no sample of version 1: bring packages/types/samples/test/noted.v1.json back from git.',
    ]);
  });

  test('a contract that was taken out, or a version that was lowered, leaves files behind', () => {
    const second = noted({ version: 2, upcast: { 1: (old) => old } });
    const left = problems(noted(), checkedIn(noted(), second));
    expect(left).toHaveLength(2);
    expect(left[0]).toContain('packages/types/schemas/test/noted.v2.json is of no version that the catalog has');
    expect(checkContracts([], checkedIn(noted()))).toHaveLength(2);
  });

  describe('for pages that are open', () => {
    const shown = (changes: Partial<Definition> = {}) =>
      noted({ push: [{ to: toAll, client: ['userId', 'text'] }], ...changes } as Partial<Definition>);
    const second = (changes: Partial<Definition>) => shown({ version: 2, upcast: { 1: (old) => old }, ...changes });
    const narrower = { push: [{ to: toAll, client: ['userId'] }] } as unknown as Partial<Definition>;
    const unseen =
      'decide: test:noted: browsers no longer see "text" on the channel all, and pages that are open would miss it.';

    test('a view may grow', () => {
      const wider = { push: [{ to: toAll, client: ['userId', 'text', 'note'] }] } as unknown as Partial<Definition>;
      expect(problems(shown(wider), checkedIn(shown()))).toEqual([expect.stringContaining('is out of date')]);
    });

    test('a field that leaves a view breaks, under a new version too: frames have none', () => {
      expect(problems(shown(narrower), checkedIn(shown()))).toEqual([expect.stringContaining(unseen)]);
      expect(problems(second(narrower), checkedIn(shown()))).toContainEqual(expect.stringContaining(unseen));
    });

    test('unless it was called deprecated for a version', () => {
      const leaving = shown({ data: data.extend({ text: z.string().meta({ deprecated: true }) }) });
      expect(problems(second(narrower), checkedIn(leaving)).some((problem) => problem.startsWith('decide'))).toBe(
        false,
      );
    });

    test('an enum gains a value under a new version, if it said for a version that it grows', () => {
      const word = (values: readonly string[], grows: boolean) => ({
        data: data.extend({ text: z.enum(values).meta(grows ? { 'x-grows': true } : {}) }),
      });
      const unsaid = checkedIn(shown(word(['a'], false)));
      const said = checkedIn(shown(word(['a'], true)));
      const wider = second(word(['a', 'b'], true));
      expect(problems(wider, unsaid)).toContainEqual(
        expect.stringContaining('of what browsers see on the channel all, "text" may be "b" now'),
      );
      expect(problems(wider, said).some((problem) => problem.startsWith('decide'))).toBe(false);
      expect(problems(shown(word(['a', 'b'], true)), said)).toContainEqual(
        expect.stringContaining('workers of the version before would refuse new events'),
      );
    });

    test('a channel that is no longer told breaks', () => {
      expect(problems(shown({ push: [] }), checkedIn(shown()))).toEqual([
        expect.stringContaining('browsers no longer get it on the channel all'),
      ]);
    });

    test('a view’s field of another type breaks under a new version too', () => {
      const retyped = second({ data: data.extend({ text: z.number() }) });
      expect(problems(retyped, checkedIn(shown()))).toContainEqual(
        expect.stringContaining('of what browsers see on the channel all, "text" was string and is number'),
      );
    });

    test('a client event takes what clients say today, whatever its version', () => {
      const fill = { userId: (who: { userId: string }) => who.userId };
      const client = (changes: Partial<Definition> = {}) =>
        noted({ clientEvent: { fill }, ...changes } as Partial<Definition>);
      const more = {
        version: 2,
        upcast: { 1: (old: object) => ({ ...old, more: '' }) },
        data: data.extend({ more: z.string() }),
      };
      expect(problems(client(more as Partial<Definition>), checkedIn(client()))).toContainEqual(
        expect.stringContaining('of what browsers emit, "more" was added as required'),
      );
      expect(problems(noted(), checkedIn(client()))).toEqual([
        expect.stringContaining('browsers may no longer emit it'),
      ]);
      const textFilled = { clientEvent: { fill: { ...fill, text: () => 'x' } } } as unknown as Partial<Definition>;
      expect(problems(client(), checkedIn(client(textFilled)))).toEqual([
        expect.stringContaining('the server no longer fills in "text"'),
      ]);
    });
  });
});
