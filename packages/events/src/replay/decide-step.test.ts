import type { Candidate, CandidateState } from './candidates';
import { decideStep, lineOf } from './decide-step';

const candidate = (position: number, handler: string, given: Partial<Candidate> = {}): Candidate => ({
  eventId: `e${position}`,
  position,
  subject: `s${position}`,
  type: 'test:noted',
  handler,
  kind: 'handle',
  state: 'open',
  ...given,
});
const decide = (candidates: readonly Candidate[], given: Partial<Parameters<typeof decideStep>[1]> = {}) =>
  decideStep(candidates, { share: 10, state: 'open', underWay: new Set(), isOrdered: () => false, ...given });
const sent = ({ send }: { send: readonly Candidate[] }) => send.map(({ position, handler }) => `${position}${handler}`);

describe('decideStep', () => {
  test('goes by whole events up to its share, and through one at least', () => {
    const all = [1, 2, 3].flatMap((position) => [candidate(position, 'a'), candidate(position, 'b')]);
    const step = decide(all, { share: 5 });
    expect({ sent: sent(step), upTo: step.upTo, waits: step.waits }).toEqual({
      sent: ['1a', '1b', '2a', '2b'],
      upTo: 2,
      waits: false,
    });
    expect(sent(decide(all, { share: 1 }))).toEqual(['1a', '1b']);
    expect(decide([])).toEqual({ send: [], passedBy: {}, upTo: undefined, waits: false });
  });

  test('passes by what is not in the state that is asked for, also without sending anything', () => {
    const states: CandidateState[] = ['finished', 'dead', 'finished', 'old'];
    const all = states.map((state, index) => candidate(index + 1, 'a', { state }));
    expect(decide(all)).toEqual({ send: [], passedBy: { finished: 2, dead: 1, old: 1 }, upTo: 4, waits: false });
    const again = decide(all, { state: 'finished' });
    expect({ sent: sent(again), passedBy: again.passedBy }).toEqual({
      sent: ['1a', '3a'],
      passedBy: { dead: 1, old: 1 },
    });
  });

  test('does not pass an event whose handler has an earlier one of the subject under way, where order counts', () => {
    const all = [
      candidate(1, 'a', { subject: 's' }),
      candidate(2, 'a', { subject: 't' }),
      candidate(3, 'a', { subject: 's' }),
      candidate(4, 'a', { subject: 'u' }),
    ];
    const step = decide(all, { isOrdered: () => true });
    expect({ sent: sent(step), upTo: step.upTo, waits: step.waits }).toEqual({
      sent: ['1a', '2a'],
      upTo: 2,
      waits: true,
    });
    expect(decide(all.slice(2), { isOrdered: () => true, underWay: new Set([lineOf(all[0] as Candidate)]) })).toEqual({
      send: [],
      passedBy: {},
      upTo: undefined,
      waits: true,
    });
    expect(sent(decide(all))).toEqual(['1a', '2a', '3a', '4a']);
  });
});
