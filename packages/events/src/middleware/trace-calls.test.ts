import { currentEventContext, withEventContext } from '../context';
import type { HandlerCall } from './middleware';
import { type CallTracer, traceCalls } from './trace-calls';

const recorded = (digit: string) => `00-${digit.repeat(32)}-${digit.repeat(16)}-01`;
const unrecorded = recorded('e').replace(/01$/, '00');

/** Keeps what spans are started with and how they end. */
function createTracer() {
  const started: Parameters<CallTracer['start']>[0][] = [];
  const ended: unknown[] = [];
  const tracer: CallTracer = {
    start(span) {
      started.push(span);
      return { traceparent: recorded('a'), end: (how) => ended.push(how?.failure) };
    },
  };
  return { trace: traceCalls(tracer), started, ended };
}

function call(kind: string, traceparents: readonly (string | null)[]): HandlerCall {
  const events = traceparents.map((traceparent, index) => ({
    eventId: `event ${index}`,
    correlationId: 'c',
    traceparent,
  }));
  return { handler: { id: 'test.noop', kind, on: { type: 'test:noted' } }, events } as unknown as HandlerCall;
}

describe('traceCalls', () => {
  it('puts a call below what emitted its event, and what it sets in motion below the call', async () => {
    const { trace, started, ended } = createTracer();
    let inside: string | null = null;
    await withEventContext({ traceparent: recorded('b'), actor: 'handler:test.noop' }, () =>
      trace(call('handle', [recorded('b')]), async () => {
        inside = currentEventContext().traceparent;
        expect(currentEventContext().actor).toBe('handler:test.noop');
      }),
    );
    expect(inside).toBe(recorded('a'));
    expect(started).toMatchObject([
      { name: 'handle test.noop', parent: recorded('b'), attributes: { 'skelly.event.id': 'event 0' } },
    ]);
    expect(ended).toEqual([undefined]);
  });

  it('begins a trace for a batch, with links to those of its events that are recorded', async () => {
    const { trace, started } = createTracer();
    await trace(call('batch', [recorded('b'), null, unrecorded, recorded('c')]), async () => undefined);
    expect(started).toMatchObject([
      { parent: null, links: [recorded('b'), recorded('c')], attributes: { 'messaging.batch.message_count': 4 } },
    ]);
  });

  it('tells a failure and lets it through', async () => {
    const { trace, ended } = createTracer();
    const failure = new Error('no');
    await expect(trace(call('effect', [null]), () => Promise.reject(failure))).rejects.toBe(failure);
    expect(ended).toEqual([failure]);
  });
});
