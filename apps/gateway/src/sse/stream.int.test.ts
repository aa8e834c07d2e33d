import { request } from 'node:http';
import { eventually } from '@skelly/testkit';
import { CLOSE } from '@skelly/types/live';
import { createHarness, type Harness, ORIGIN, type TestGateway, type TestMember } from '../testing/gateway-harness';
import { hintMessages, writeMessages } from '../testing/stream-writer';
import { openTestStream, type TestStream } from '../testing/test-stream';

describe('GET /stream', () => {
  let harness: Harness;
  let gateway: TestGateway;
  const open: TestStream[] = [];
  beforeAll(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway();
  });
  afterAll(async () => {
    for (const stream of open) stream.drop();
    await harness.close();
  });

  async function read(
    member: TestMember | undefined,
    query: string,
    headers: Record<string, string> = {},
    on = gateway,
  ): Promise<TestStream> {
    const url = `${on.http}/stream${query}`;
    const stream = await openTestStream(url, { ...(member ? { cookie: member.cookie } : {}), ...headers });
    open.push(stream);
    return stream;
  }
  const mine = (member: TestMember) => `user:${member.userId}`;
  const write = async (channel: string, count: number) => {
    const messages = await writeMessages(harness.database.pool, channel, count);
    await hintMessages(harness.database.pool, channel, messages);
    return messages;
  };
  const offsets = (stream: TestStream, channel: string) =>
    stream.publications.filter((frame) => frame.channel === channel).map(({ offset }) => offset);

  it('sends the frames that a socket would get, of every channel that was asked for', async () => {
    const member = await harness.addMember();
    const channel = mine(member);
    const stream = await read(member, `?channel=${channel}&channel=system`);
    expect(stream.answer.statusCode).toBe(200);
    expect(stream.answer.headers).toMatchObject({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
    await eventually('both to stand', () => stream.frames.filter(({ t }) => t === 'subscribed').length === 2);
    const socket = harness.connect(gateway, member);
    await socket.subscribe(channel);
    await write(channel, 3);
    await write('system', 1);
    await stream.waitForPublications(4);
    expect(stream.publications.filter((frame) => frame.channel === channel)).toEqual(
      await socket.waitForPublications(3),
    );
    expect(stream.frames[0]).toMatchObject({ t: 'welcome', user: { id: member.userId } });
  });

  it('goes on from Last-Event-ID, on any gateway, with what was missed of each channel', async () => {
    const member = await harness.addMember();
    const channel = mine(member);
    const query = `?channel=${channel}&channel=all`;
    const first = await read(member, query);
    await eventually('both to stand', () => first.frames.filter(({ t }) => t === 'subscribed').length === 2);
    await write(channel, 2);
    await first.waitForPublications(2);
    first.drop();
    await write(channel, 2);
    await write('all', 1);
    const other = await harness.startGateway();
    const second = await read(member, query, { 'last-event-id': first.lastEventId ?? '' }, other);
    await second.waitForPublications(3);
    await write(channel, 1);
    await second.waitForPublications(4);
    expect([...offsets(first, channel), ...offsets(second, channel)]).toEqual([1, 2, 3, 4, 5]);
    expect(second.frames.filter((frame) => frame.t === 'subscribed').every((frame) => frame.recovered)).toBe(true);
    // What a page knows from the API's answer serves as well.
    const { rows } = await harness.database.pool.query('select epoch from push_epoch');
    const third = await read(member, `?channel=${channel}&since=${rows[0].epoch}:3`);
    await third.waitForPublications(2);
    expect(offsets(third, channel)).toEqual([4, 5]);
  });

  it('says what cannot be given: after a restore, and beyond the head', async () => {
    const member = await harness.addMember();
    const stream = await read(member, `?channel=${mine(member)}`, { 'last-event-id': 'elsewhere:4' });
    await eventually('the notice', () => stream.frames.find(({ t }) => t === 'subscribed'));
    expect(stream.frames[1]).toMatchObject({ recovered: false, offset: 0 });
  });

  it.each<[string, number, string, (member: TestMember) => [string, Record<string, string>]]>([
    ['without a session', 401, 'unauthenticated', () => ['?channel=all', { cookie: 'skelly_session=none' }]],
    ['for the channel of another', 403, 'forbidden', () => ['?channel=user:somebody-else', {}]],
    ['for the log, to a member', 403, 'forbidden', (member) => [`?channel=${mine(member)}&channel=log`, {}]],
    ['from another site', 403, 'cross_site', () => ['?channel=all', { origin: 'https://evil.example' }]],
    ['from another site that does not say which', 403, 'cross_site', () => ['', { 'sec-fetch-site': 'cross-site' }]],
    ['of a channel twice', 400, 'invalid_query', () => ['?channel=all&channel=all', {}]],
    ['of no channel by name', 400, 'invalid_query', () => ['?channel=', {}]],
    ['of too many channels', 400, 'invalid_query', () => [`?${'channel=a&'.repeat(33)}`, {}]],
    ['from a position that is none', 400, 'invalid_query', () => ['?channel=all', { 'last-event-id': 'x' }]],
    ['from a position of other channels', 400, 'invalid_query', () => ['?channel=all&since=e:1,2', {}]],
  ])('is refused %s with %i', async (_what, status, code, ask) => {
    const member = await harness.addMember();
    const [query, headers] = ask(member);
    const { answer } = await fetchProblem(member, query, headers);
    expect(answer).toMatchObject({ status, code, type: 'about:blank', requestId: expect.any(String) });
  });

  async function fetchProblem(member: TestMember, query: string, headers: Record<string, string>, on = gateway) {
    const stream = await read(member, query, headers, on);
    await eventually('the end', () => stream.isEnded);
    expect(stream.answer.headers['content-type']).toBe('application/problem+json');
    expect(stream.answer.statusCode).toBe(JSON.parse(stream.raw).status);
    return { answer: JSON.parse(stream.raw), headers: stream.answer.headers };
  }

  it('is for pages of our own', async () => {
    const member = await harness.addMember();
    for (const headers of [{ origin: ORIGIN }, { 'sec-fetch-site': 'same-origin' }] as Record<string, string>[])
      expect((await read(member, '', headers)).answer.statusCode).toBe(200);
    const posted = request(`${gateway.http}/stream`, { method: 'POST' });
    const status = await new Promise((resolve) => posted.on('response', ({ statusCode }) => resolve(statusCode)).end());
    expect(status).toBe(405);
  });

  it('counts among the connections of its user, and of the gateway', async () => {
    const small = await harness.startGateway({ limits: { connectionsPerUser: 1, connections: 2 } });
    const member = await harness.addMember();
    const first = await read(member, '', {}, small);
    expect((await fetchProblem(member, '', {}, small)).answer).toMatchObject({ code: 'too_many_connections' });
    const other = await harness.addMember();
    await harness.connect(small, other).waitFor('welcome');
    const { answer, headers } = await fetchProblem(await harness.addMember(), '', {}, small);
    expect(answer).toMatchObject({ status: 503, code: 'unavailable' });
    expect(headers['retry-after']).toBe('2');
    first.drop();
    await eventually('room', () => small.gateway.connections === 1);
    expect((await read(member, '', {}, small)).answer.statusCode).toBe(200);
  });

  it('ends with its session, and says that coming back is no use', async () => {
    const member = await harness.addMember();
    const stream = await read(member, `?channel=${mine(member)}`);
    await harness.database.pool.query('update user_session set revoked_at = now() where id = $1', [member.sessionId]);
    expect(await stream.waitForClose(1_000)).toEqual({
      code: CLOSE.UNAUTHENTICATED,
      reason: 'session ended',
      reconnect: false,
    });
    await eventually('the end', () => stream.isEnded);
  });

  it('ends after a while, so that who is gone is noticed, and says when to come back', async () => {
    const brief = await harness.startGateway({ limits: { streamAgeMs: 200 } });
    const stream = await read(await harness.addMember(), '?channel=all', {}, brief);
    expect(await stream.waitForClose(2_000)).toMatchObject({ code: CLOSE.GOING_AWAY, reconnect: true });
    expect(stream.raw).toMatch(/\nretry: \d{1,3}\nevent: close\n/);
  });

  it('sends a sign of life', async () => {
    const lively = await harness.startGateway({ limits: { pingIntervalMs: 100 } });
    const stream = await read(await harness.addMember(), '', {}, lively);
    await eventually('three comments', () => stream.raw.split('\n\n:\n').length > 1 && /(:\n\n){3}/.test(stream.raw));
    expect(stream.isEnded).toBe(false);
  });

  it('is asked to come back at a drain, and holds up no end', async () => {
    const draining = await harness.startGateway();
    const stream = await read(await harness.addMember(), '?channel=all', {}, draining);
    await draining.gateway.close();
    expect(await stream.waitForClose()).toMatchObject({ code: CLOSE.GOING_AWAY, reconnect: true });
    expect(draining.gateway.connections).toBe(0);
  });

  it('is closed before a reader that does not read costs memory, and goes on where that one was', async () => {
    const tight = await harness.startGateway({ limits: { outgoingBytes: 65_536, closeTimeoutMs: 200 } });
    const member = await harness.addMember();
    const channel = mine(member);
    const slow = await read(member, `?channel=${channel}`, {}, tight);
    await eventually('it to stand', () => slow.lastEventId);
    slow.answer.pause();
    const data = { text: 'x'.repeat(200_000) };
    let sent = 0;
    while (tight.gateway.connections > 0 && sent < 500) {
      sent += 1;
      const [message] = await writeMessages(harness.database.pool, channel, 1, 'test:message', data);
      await harness.database.pool.query('select pg_notify($1, $2)', [
        'skelly_push',
        JSON.stringify({ upTo: message?.position }),
      ]);
    }
    expect(tight.gateway.connections).toBe(0);
    slow.answer.resume();
    await eventually('the end', () => slow.isEnded);
    const again = await read(member, `?channel=${channel}`, { 'last-event-id': slow.lastEventId ?? '' }, tight);
    const rest = sent - slow.publications.length;
    await again.waitForPublications(rest);
    expect([...offsets(slow, channel), ...offsets(again, channel)]).toEqual(
      Array.from({ length: sent }, (_, n) => n + 1),
    );
  });
});
