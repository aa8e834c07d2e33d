import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import {
  createTestDatabase,
  createTestQueues,
  eventually,
  startApps,
  type TestApps,
  type TestDatabase,
  type TestQueues,
} from '@skelly/testkit';

/** A span as OTLP carries it, with the process that it is from. */
interface ReceivedSpan {
  readonly service: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly status?: { readonly code?: number };
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (ReceivedSpan & { attributes: readonly Attribute[] })[];
    }[];
  }[];
}
interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const valuesOf = (attributes: readonly Attribute[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));

/** A collector of OTLP over HTTP that keeps what it gets. */
async function startCollector(): Promise<{ url: string; spans: ReceivedSpan[]; server: Server }> {
  const spans: ReceivedSpan[] = [];
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as OtlpRequest;
    for (const { resource, scopeSpans } of resourceSpans)
      for (const span of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({
          ...span,
          service: String(valuesOf(resource.attributes)['service.name']),
          attributes: valuesOf(span.attributes),
        });
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spans, server };
}

describe('a request’s trace', () => {
  let database: TestDatabase;
  let queues: TestQueues;
  let apps: TestApps;
  let collector: Awaited<ReturnType<typeof startCollector>>;
  const following = new AbortController();

  beforeAll(async () => {
    collector = await startCollector();
    database = await createTestDatabase();
    queues = createTestQueues();
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_TRACES_SAMPLER: 'parentbased_always_off' };
    apps = await startApps({ database, queues, env });
  }, 60_000);
  afterAll(async () => {
    following.abort();
    await apps?.stop();
    collector.server.close();
    await queues.drop();
    await database.drop();
  });

  const post = (path: string, headers: Record<string, string>, body?: object) =>
    fetch(`${apps.urls.api}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const register = (traceparent: string) =>
    post(
      '/api/auth/register',
      { traceparent },
      {
        email: `${randomBytes(6).toString('hex')}@example.com`,
        password: 'a long enough password',
        displayName: 'Mara',
      },
    );

  test('goes from the api through relay and worker to the gateway, each part below what set it in motion', async () => {
    const begun = await register(`00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`);
    const { userId } = (await begun.json()) as { userId: string };
    const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const stream = await fetch(`${apps.urls.gateway}/stream?channel=user:${userId}`, {
      headers: { cookie },
      signal: following.signal,
    });
    expect(stream.status).toBe(200);
    // Until the stream has been read once, hints are for nobody.
    await stream.body?.getReader().read();

    const traceId = randomBytes(16).toString('hex');
    const caller = randomBytes(8).toString('hex');
    const answer = await post('/api/auth/login', { traceparent: `00-${traceId}-${caller}-01` }, undefined);
    expect(answer.status).toBe(400);
    await post('/api/auth/logout', { cookie, traceparent: `00-${traceId}-${caller}-01` });
    const of = (service: string) =>
      collector.spans.filter((span) => span.service === `skelly-${service}` && span.traceId === traceId);
    await eventually('spans of all', () => of('api').length >= 2 && of('gateway').length >= 1, { withinMs: 20_000 });

    const logout = of('api').find(({ name }) => name === 'POST /api/auth/logout');
    expect(logout).toMatchObject({ parentSpanId: caller, attributes: { 'http.route': '/api/auth/logout' } });
    expect(of('gateway')).toMatchObject([{ name: 'deliver user:logged.out', parentSpanId: logout?.spanId }]);
  }, 40_000);

  test('has a span of the relay for each message, and of the worker for each call, a failed one too', async () => {
    const traceId = randomBytes(16).toString('hex');
    const caller = randomBytes(8).toString('hex');
    expect((await register(`00-${traceId}-${caller}-01`)).status).toBe(201);
    const of = (service: string) =>
      collector.spans.filter((span) => span.service === `skelly-${service}` && span.traceId === traceId);
    const welcome = () => of('worker').find(({ name }) => name === 'handle user.welcome-mail');
    await eventually('the failed mail', () => welcome() !== undefined && of('relay').length > 0, { withinMs: 20_000 });

    const [request] = of('api');
    expect(request).toMatchObject({ name: 'POST /api/auth/register', parentSpanId: caller });
    expect(Number(request?.attributes['skelly.events.emitted'])).toBeGreaterThan(0);
    const first = of('relay').find(({ attributes }) => attributes['skelly.event.type'] === 'user:registered');
    expect(first).toMatchObject({ name: expect.stringMatching(/^send /), parentSpanId: request?.spanId });
    // Nobody takes mail here.
    expect(welcome()).toMatchObject({ parentSpanId: request?.spanId, status: { code: 2 } });
    expect(JSON.stringify(of('worker'))).not.toContain('example.com');
  }, 40_000);

  test('of a caller that records nothing leaves no span', async () => {
    const traceId = randomBytes(16).toString('hex');
    expect((await register(`00-${traceId}-${randomBytes(8).toString('hex')}-00`)).status).toBe(201);
    const handled = async () =>
      (await database.pool.query('select from event_history where traceparent like $1', [`00-${traceId}-%-00`]))
        .rowCount;
    expect(await handled()).toBeGreaterThan(0);
    const recorded = randomBytes(16).toString('hex');
    await register(`00-${recorded}-${randomBytes(8).toString('hex')}-01`);
    const later = () => collector.spans.find((span) => span.traceId === recorded && span.service === 'skelly-worker');
    await eventually('spans of a later request', () => later() !== undefined, { withinMs: 20_000 });
    expect(collector.spans.filter((span) => span.traceId === traceId)).toEqual([]);
  });

  test('is told by the worker’s lines of a failure with the same correlation', async () => {
    const failed = await eventually('a line', () =>
      apps
        .output('worker')
        .split('\n')
        .find((line) => line.includes('"msg":"a handler failed"')),
    );
    expect(JSON.parse(failed)).toMatchObject({
      level: 'warn',
      handler: 'user.welcome-mail',
      failure: 'Error',
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });
});
