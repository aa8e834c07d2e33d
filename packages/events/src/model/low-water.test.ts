import fc from 'fast-check';
import {
  advanceLowWater,
  INITIAL_LOW_WATER,
  type LowWaterSight,
  type LowWaterState,
} from '../relay/low-water/low-water';

const SEED = 20_261_121;
const RUNS = 2_000;

/** A transaction that has drawn a position and a pointer's id, and not ended. */
interface Writer {
  readonly name: string;
  readonly position: number;
  readonly id: number;
}

/** History, outbox and sequences of the model; what is committed, and what is not yet. */
interface Log {
  drawn: { position: number; id: number };
  readonly writers: Writer[];
  /** Committed pointers that have not been sent: id to position. */
  readonly outbox: Map<number, number>;
  writersBegun: number;
}

type Look = Generator<void, LowWaterSight, void>;

/** The marker's questions, in the order of its statements; others go on between them. */
function* look(log: Log, floor: () => number, writersFirst: boolean): Look {
  const writersNow = () => log.writers.map(({ name }) => name);
  const early = writersFirst ? writersNow() : undefined;
  if (writersFirst) yield;
  const drawn = { ...log.drawn };
  yield;
  const writers = early ?? writersNow();
  yield;
  const idAfter = log.drawn.id;
  yield;
  const left = [...log.outbox.keys()].filter((id) => id > floor());
  return { drawn, writers, idAfter, oldestId: left.length > 0 ? Math.min(...left) : null };
}

/** @returns what the marker claims wrongly, if it does. */
function explore(choices: readonly number[], writersFirst: boolean): string | undefined {
  const log: Log = { drawn: { position: 0, id: 0 }, writers: [], outbox: new Map(), writersBegun: 0 };
  let state: LowWaterState = INITIAL_LOW_WATER;
  let looking: Look | undefined;
  for (const choice of choices) {
    const which = Math.floor(choice / 5);
    switch (choice % 5) {
      case 0:
        log.drawn = { position: log.drawn.position + 1, id: log.drawn.id + 1 };
        log.writersBegun += 1;
        log.writers.push({ name: `3/${log.writersBegun}`, ...log.drawn });
        break;
      case 1: {
        const [writer] = log.writers.splice(which % Math.max(log.writers.length, 1), 1);
        // Every fourth rolls back.
        if (writer && which % 4 !== 0) log.outbox.set(writer.id, writer.position);
        break;
      }
      case 2:
        log.outbox.delete([...log.outbox.keys()][which % Math.max(log.outbox.size, 1)] ?? 0);
        break;
      default: {
        looking ??= look(log, () => state.floor, writersFirst);
        const step = looking.next();
        if (step.done) {
          state = advanceLowWater(state, step.value);
          looking = undefined;
        }
      }
    }
    const early = [...log.outbox, ...log.writers.map(({ id, position }) => [id, position] as const)].find(
      ([id, position]) => position <= state.lowWater || id <= state.floor,
    );
    if (early)
      return `position ${early[1]}, pointer ${early[0]} is not sent; low-water ${state.lowWater}, floor ${state.floor}`;
  }
  return undefined;
}

const choices = fc.array(fc.nat({ max: 500 }), { minLength: 10, maxLength: 120, size: 'max' });

function check(writersFirst: boolean): fc.RunDetails<[number[]]> {
  const holds = fc.property(choices, (drawn) => {
    const wrong = explore(drawn, writersFirst);
    if (wrong) throw new Error(wrong);
  });
  return fc.check(holds, { seed: SEED, numRuns: RUNS, endOnFailure: writersFirst });
}

test('the low-water position never passes an event that is not sent, whatever happens between two questions', () => {
  expect(fc.defaultReportMessage(check(false))).toBeUndefined();
});

test('the model finds it when the marker asks who writes before it asks what was drawn', () => {
  expect(check(true).failed).toBe(true);
});
