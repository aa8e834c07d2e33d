import { z } from 'zod';
import { loadEnv } from '../env/load';
import { tracingEnv } from '../env/tracing-settings';
import { createLogger } from '../log';
import { createTracing, readTraceparent, type Tracing } from './tracing';

const PARENT = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };
const traceparent = (flag: '00' | '01') => `00-${PARENT.trace}-${PARENT.span}-${flag}`;
const schema = z.object(tracingEnv);
const log = createLogger({ service: 'test', level: 'silent' });

/** Nobody listens there: what is recorded shows in what is passed on. */
async function tracingBy(sampler: string, ratio = '1'): Promise<Tracing> {
  const settings = loadEnv(schema, {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_TRACES_SAMPLER: sampler,
    OTEL_TRACES_SAMPLER_ARG: ratio,
  });
  return (await createTracing(settings, { service: 'test', instance: 'here', log })) as Tracing;
}

describe('createTracing', () => {
  test('records nothing where no collector is set', async () => {
    const settings = loadEnv(schema, {});
    expect(await createTracing(settings, { service: 'test', instance: 'here', log })).toBeUndefined();
  });

  test.each([
    ['parentbased_always_on', null, '01'],
    ['parentbased_always_on', '01', '01'],
    ['parentbased_always_on', '00', '00'],
    ['parentbased_always_off', null, '00'],
    ['parentbased_always_off', '01', '01'],
    ['parentbased_traceidratio', null, '00'],
    ['always_on', '00', '01'],
    ['always_off', '01', '00'],
    ['traceidratio', '01', '00'],
  ] as const)('%s below a parent of flag %s passes on %s', async (sampler, parent, passed) => {
    const tracing = await tracingBy(sampler, '0');
    const span = tracing.start({ name: 'x', kind: 'server', parent: parent && traceparent(parent) });
    const [, trace, own, flag] = span.traceparent.split('-');
    expect(flag).toBe(passed);
    if (parent) expect(trace).toBe(PARENT.trace);
    expect(own).not.toBe(PARENT.span);
    expect(readTraceparent(span.traceparent)).toBe(span.traceparent);
  });
});

describe('readTraceparent', () => {
  test.each([
    undefined,
    '',
    `01-${PARENT.trace}-${PARENT.span}-01`,
    `00-${'0'.repeat(32)}-${PARENT.span}-01`,
    `00-${PARENT.trace}-${'0'.repeat(16)}-01`,
    `00-${PARENT.trace.toUpperCase()}-${PARENT.span}-01`,
    `${traceparent('01')}-more`,
  ])('takes %s for none', (given) => {
    expect(readTraceparent(given)).toBeNull();
  });
});

describe('the settings of OpenTelemetry', () => {
  test('read pairs, percent-encoded', () => {
    expect(loadEnv(schema, { OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b,x=1=2' })).toMatchObject({
      OTEL_EXPORTER_OTLP_HEADERS: { 'api-key': 'a b', x: '1=2' },
    });
  });

  test.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'secret'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=x'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '2'],
  ])('refuse %s=%s, naming it', (name, value) => {
    expect(() => loadEnv(schema, { [name]: value })).toThrow(new RegExp(`- ${name}: must be `));
  });
});
