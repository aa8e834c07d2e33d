import { z } from 'zod';
import { clientView, defineEvent } from './event';
import { catalog, EventType, findContract } from './events';
import * as marketplace from './marketplace/events';
import * as notification from './notification/events';
import * as preference from './preference/events';
import * as room from './room/events';
import * as system from './system/events';
import * as ui from './ui/events';
import * as user from './user/events';
import * as wallet from './wallet/events';

describe('catalog', () => {
  test('names each contract by its type, once', () => {
    const types = Object.values(catalog).map((contract) => contract.type);
    expect(new Set(types).size).toBe(types.length);
    expect(EventType.USER_REGISTERED).toBe('user:registered');
    expect(findContract('user:registered')).toBe(catalog.USER_REGISTERED);
    expect(findContract('user:unheard.of')).toBeUndefined();
  });

  test('has every contract that a feature defines', () => {
    const isContract = (value: object) => 'type' in value && 'subject' in value;
    const defined = [user, notification, preference, room, ui, system, wallet, marketplace].flatMap((feature) =>
      Object.values(feature).filter(isContract),
    );
    expect(new Set(Object.values(catalog))).toEqual(new Set(defined));
  });

  test('no contract has a field that could carry a secret or an address', () => {
    for (const contract of Object.values(catalog)) {
      const { properties } = z.toJSONSchema(contract.data) as { properties: Record<string, unknown> };
      for (const field of Object.keys(properties)) {
        expect(`${contract.type}.${field}`).not.toMatch(/password|secret|token|address|\.email$/i);
      }
    }
  });
});

describe('defineEvent', () => {
  const base = {
    summary: 'Something happened.',
    data: z.object({ id: z.string(), secret: z.string() }),
    subject: () => 'thing:1',
  };

  test('refuses a type that is not module:action or module:resource.action', () => {
    expect(() => defineEvent({ ...base, type: 'Thing', version: 1 })).toThrow(/module:action/);
    expect(() => defineEvent({ ...base, type: 'thing:a.b.c', version: 1 })).toThrow(/module:action/);
  });

  test('refuses a version without a way from the one before', () => {
    expect(() => defineEvent({ ...base, type: 'thing:done', version: 2 })).toThrow(/upcast\[1\]/);
    expect(defineEvent({ ...base, type: 'thing:done', version: 2, upcast: { 1: (data) => data } }).version).toBe(2);
  });

  test('refuses a client event whose userId the client could choose', () => {
    const data = z.object({ userId: z.string(), roomId: z.string() });
    const clientEvent = { fill: { roomId: () => 'here' } };
    expect(() => defineEvent({ ...base, data, type: 'thing:done', version: 1, clientEvent })).toThrow(/fill userId/);
  });

  test('refuses one that is pushed alone and has nowhere to go, or comes from clients', () => {
    const alone = { ...base, type: 'thing:done', version: 1, handled: 'never' } as const;
    expect(() => defineEvent(alone)).toThrow(/give it a push/);
    const push = [{ to: () => 'all' as const, client: ['id'] as const }];
    expect(() => defineEvent({ ...alone, push, clientEvent: { fill: {} } })).toThrow(/no clientEvent/);
    expect(defineEvent({ ...alone, push }).handled).toBe('never');
  });

  test('promises no order unless told to', () => {
    expect(defineEvent({ ...base, type: 'thing:done', version: 1 }).ordered).toBe(false);
    expect(defineEvent({ ...base, type: 'thing:done', version: 1, ordered: true }).ordered).toBe(true);
  });

  test('shows a client the declared fields only', () => {
    const contract = defineEvent({
      ...base,
      type: 'thing:done',
      version: 1,
      push: [{ to: () => 'all', client: ['id'] }],
    });
    expect(clientView(contract.push[0]!, { id: '1', secret: 's' })).toEqual({ id: '1' });
  });
});
