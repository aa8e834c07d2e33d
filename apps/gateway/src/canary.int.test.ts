import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { createEventSystem, createNotifier, type EventSystem, type Notifier } from '@skelly/events';
import { eventually } from '@skelly/testkit';
import { defineEvent, type EventContract } from '@skelly/types/event';
import { catalog } from '@skelly/types/events';
import { z } from 'zod';
import { type CanaryData, canaryData } from './testing/canary';
import { createHarness, type Harness, type TestGateway, type TestMember } from './testing/gateway-harness';
import { type OpenWire, type Wire, wires } from './testing/wires';

const pushing = Object.values(catalog as Record<string, EventContract>).filter(({ push }) => push.length > 0);

/** Two people see different fields of it; not in the catalog, so that it shows what the search finds. */
const twoFaced = defineEvent({
  type: 'test:two.faced',
  version: 1,
  summary: 'A contract with everything that a schema may have.',
  data: z.object({
    userId: z.uuid(),
    secret: z.object({ name: z.string(), amounts: z.array(z.number().int().positive()) }),
    amount: z.number().int().optional(),
    isOpen: z.boolean(),
    about: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('note'), text: z.string().min(3) }),
      z.object({ kind: z.literal('link'), href: z.url(), at: z.iso.datetime().nullable() }),
    ]),
    labels: z.record(z.string(), z.string()),
    level: z.enum(['low', 'high']),
  }),
  subject: ({ userId }) => `user:${userId}`,
  push: [
    { to: ({ userId }) => `user:${userId}`, client: ['secret', 'about', 'labels', 'amount'] },
    { to: () => 'all', client: ['isOpen', 'level'] },
    { to: () => 'role:support', client: ['about'] },
  ],
});

describe.each(wires)('by $name', (wire) => {
  let harness: Harness;
  let gateway: TestGateway;
  let notifier: Notifier;
  let events: EventSystem;
  beforeAll(async () => {
    harness = await createHarness();
    gateway = await harness.startGateway();
    notifier = createNotifier({
      url: harness.database.url,
      applicationName: 'test-notifier',
      onError: (error) => {
        throw error;
      },
    });
    events = createEventSystem({ database: harness.database, notifier, now: () => new Date() });
  });
  afterAll(async () => {
    await notifier.close();
    await harness.close();
  });

  /** Somebody who may follow the channel. */
  async function whoMayFollow(channel: string): Promise<TestMember> {
    const [kind, name] = channel.split(':');
    if (kind === 'user' && name) return harness.addMember({ userId: name });
    if (kind === 'role' && name) return harness.addMember({ role: name });
    if (kind === 'room' && name) {
      const member = await harness.addMember();
      await harness.addRoom([member], name);
      return member;
    }
    if (channel === 'all' || channel === 'system') return harness.addMember();
    throw new Error(`Who may follow ${channel} must be said in ${__filename}.`);
  }

  it.each(pushing.map((contract) => [contract.type, contract] as const))(
    '%s shows the declared fields to whom it is pushed, and nothing else to anybody',
    async (_type, contract) => {
      for (const sample of canaryData(contract)) expect(await leaks(wire, contract, sample)).toEqual([]);
    },
  );

  it('finds a field that is shown though it is not declared', async () => {
    const samples = canaryData(twoFaced);
    expect(samples).toHaveLength(2);
    for (const sample of samples) {
      expect(await leaks(wire, twoFaced, sample)).toEqual([]);
      const careless = {
        ...twoFaced,
        push: twoFaced.push.map((rule) => ({ ...rule, client: [...rule.client, 'secret'] })),
      };
      const found = await leaks(wire, { ...twoFaced, emitted: careless }, sampleAgain(sample));
      expect(found).toEqual(expect.arrayContaining([expect.stringMatching(/^all: .*secret/)]));
    }
  });

  /** Emits the event, or pushes what is pushed alone. */
  async function tell(contract: EventContract, data: CanaryData['data']): Promise<string> {
    if (contract.handled !== 'never') return events.emitEvent(contract, data, 'test');
    const eventId = randomUUID();
    await events.transaction(async (work) => work.push(contract, data, { eventId }));
    return eventId;
  }

  /**
   * Tells of the event, and says in words what its followers got that its contract does not declare for them, or did not get. Of a
   * contract with `emitted` that one is told in its place.
   */
  async function leaks(
    on: Wire,
    contract: EventContract & { readonly emitted?: EventContract },
    { data, canaries }: CanaryData,
  ): Promise<readonly string[]> {
    const declared = new Map<string, Set<PropertyKey>>();
    for (const rule of contract.push) {
      const channel = rule.to(data);
      declared.set(channel, new Set([...(declared.get(channel) ?? []), ...rule.client]));
    }
    const open = new Map<string, OpenWire>();
    for (const channel of declared.keys()) {
      open.set(channel, await on.open(gateway, await whoMayFollow(channel), [channel]));
    }
    const bystander = await on.open(gateway, await harness.addMember(), ['all', 'system']);
    const operator = await on.open(gateway, await harness.addMember({ role: 'admin' }), ['log']);
    const eventId = await tell(contract.emitted ?? contract, data);

    const found: string[] = [];
    const ofEvent = (line: OpenWire) => line.publications().filter((frame) => frame.eventId === eventId);
    for (const rule of contract.push) {
      const channel = rule.to(data);
      const rules = contract.push.filter(({ to }) => to(data) === channel).length;
      const line = open.get(channel) as OpenWire;
      await eventually(`${contract.type} on ${channel}`, () => ofEvent(line).length >= rules);
      const wanted = Object.fromEntries(rule.client.map((field) => [field, data[field as string]]));
      const shown = ofEvent(line).map((frame) => frame.data);
      if (!shown.some((view) => isDeepStrictEqual(view, wanted))) {
        found.push(`${channel}: declared are ${rule.client.map(String).join(', ')}; got ${JSON.stringify(shown)}`);
      }
    }
    if (contract.handled !== 'never') await eventually('the event in the log', () => ofEvent(operator).length > 0);
    const shared = new Set([...(declared.get('all') ?? []), ...(declared.get('system') ?? [])]);
    const everybody = [
      ...[...open].map(([channel, line]) => ({ who: channel, line, may: declared.get(channel) ?? new Set() })),
      { who: 'a bystander', line: bystander, may: shared },
      { who: 'an operator', line: operator, may: new Set<PropertyKey>() },
    ];
    for (const { who, line, may } of everybody) {
      // What an event is about and where it is pushed to is no field of it; both may have an id of its data in their names.
      let raw = line.bytes().toString('latin1');
      raw = raw.replaceAll(`"channel":"${who}"`, '').replaceAll(`"subject":"${contract.subject(data)}"`, '');
      for (const [field, texts] of canaries) {
        const isShown = texts.some((text) => raw.includes(Buffer.from(text).toString('latin1')));
        if (isShown && !may.has(field)) found.push(`${who}: ${field} is not declared, and was on the wire`);
        if (!isShown && may.has(field) && texts.length > 0 && who !== 'a bystander') {
          found.push(`${who}: ${field} is declared, and was not on the wire`);
        }
      }
      line.close();
    }
    return found;
  }
});

/** The same fields with other values, as members and canaries are used once. */
function sampleAgain(sample: CanaryData): CanaryData {
  const kind = (sample.data['about'] as { kind: string }).kind;
  return canaryData(twoFaced).find(({ data }) => (data['about'] as { kind: string }).kind === kind) as CanaryData;
}
