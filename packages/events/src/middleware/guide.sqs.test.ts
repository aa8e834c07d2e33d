import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@skelly/testkit';
import { createTestBackbone, type TestBackbone } from '../testing/backbone';
import { createSourceSystem } from '../testing/source-system';
import type { Middleware } from './middleware';
import { STANDARD_ORDER } from './standard';

const page = readFileSync(join(__dirname, '../../../../docs/guides/middleware.md'), 'utf8');
/** The names of the numbered steps below a heading of the page. */
const stepsOf = (heading: string) =>
  [...(page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '').matchAll(/^\d+\. \*\*([^*]+)\*\*/gm)].map(
    ([, name]) => name,
  );

describe('docs/guides/middleware.md', () => {
  test('tells the order on a bus', () => {
    expect(stepsOf('On a bus')).toEqual(STANDARD_ORDER);
  });

  test('tells the order in a worker', () => {
    // Each is shown below to come before the next, but for those that exclude each other: order has tests of its own.
    expect(stepsOf('In a worker')).toEqual([
      'read',
      'validate',
      'circuit breaker',
      'inbox',
      'order',
      'around',
      'timeout',
      'own',
      'idempotency key',
      'handler',
      'error handling',
    ]);
  });

  describe('in a worker', () => {
    let backbone: TestBackbone;
    let close: () => Promise<void>;
    const seen: string[] = [];
    let own: Middleware;
    let broken: boolean;

    beforeEach(async () => {
      seen.length = 0;
      broken = false;
      own = async (_call, next) => {
        seen.push('own');
        await next();
      };
      backbone = await createTestBackbone();
      const { queues } = backbone;
      const created = createSourceSystem(backbone, {
        config: { circuitBreakerThreshold: 1, circuitBreakerRecoveryTimeout: 3_600_000, defaultTimeout: 300 },
        worker: {
          connect: () => queues.connect(),
          name: 'x',
          waitSeconds: 1,
          visibilityTimeout: 5,
          middleware: (call, next) => own(call, next),
          around: (_call, next) =>
            next().catch((error) => {
              seen.push(`around ${error.name}`);
              throw error;
            }),
        },
      });
      close = created.close;
      const { events } = created;
      events.registerEventHandler('payment:order.completed', {
        module: 'a',
        handlerId: 'a.b',
        idempotencyKey: ({ data }) => {
          seen.push('key');
          return data.orderId;
        },
        handler: () => {
          seen.push('handler');
          if (broken) throw new Error('no');
        },
      });
      backbone.relay();
      await events.startEventWorker();
      emit = (orderId) => events.emitEvent('payment:order.completed', { orderId }, 'a');
    });
    afterEach(async () => {
      await close();
      await backbone.close();
    });

    let emit: (orderId: string) => Promise<string>;
    const rows = async (text: string, values: readonly unknown[] = []) =>
      (await backbone.database.pool.query(text, [...values])).rows;
    const again = (id: string) => rows('insert into event_outbox (event_id) values ($1)', [id]);

    test('one’s own stands around key and handler, and within inbox, timeout and error handling', async () => {
      const first = await emit('o');
      await backbone.finished(1);
      expect(seen.splice(0)).toEqual(['own', 'key', 'handler']);
      await emit('o');
      await backbone.finished(2);
      expect(seen.splice(0)).toEqual(['own', 'key']);
      // The inbox turns the first away, so that the third is the next that is seen.
      await again(first);
      await eventually('it is sent', async () => (await rows('select from event_outbox')).length === 0);
      await emit('p');
      await backbone.finished(3);
      expect(seen.splice(0)).toEqual(['own', 'key', 'handler']);
      own = () => new Promise(() => undefined);
      await emit('q');
      await eventually('the timeout', async () => (await rows('select from event_attempt')).length === 1);
      expect(await rows('select error_name from event_attempt')).toEqual([{ error_name: 'HandlerTimeout' }]);
      expect(seen).toEqual(['around HandlerTimeout']);
    });

    test('checks come before the breaker, and the breaker before the inbox', async () => {
      const finished = await emit('o');
      await backbone.finished(1);
      broken = true;
      await emit('p');
      await eventually('the breaker is open', async () => (await rows('select from circuit_breaker')).length === 1);
      await again(finished);
      await eventually('it is parked, though it has finished', async () => {
        const parked = await rows(`select from event_schedule where kind = 'parked' and event_id = $1`, [finished]);
        return parked.length === 1;
      });
      await rows(`
        with written as (
          insert into event_history (event_id, type, version, source_module, subject, data, actor, correlation_id, occurred_at)
          values (uuid_floor(now()), 'payment:order.completed', 1, 'a', 'order:x', '{"orderId": 1}', 'system', gen_random_uuid(), now())
          returning event_id
        ) insert into event_outbox (event_id) select event_id from written`);
      await eventually('it is a dead letter at once', async () => {
        const [dead] = await rows('select reason from event_dead_letter');
        return dead?.reason === 'data_invalid';
      });
    });
  });
});
