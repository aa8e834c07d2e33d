import { createReadiness } from '../readiness';
import { countEmits, countRelay, countWorker } from './events';
import { measureLag } from './lag';
import { createMetrics } from './metrics';
import { measurePools } from './pool';
import { countAsked, countTaken } from './questions';
import { countWalletEvents, measureBalanceCache } from './wallet';

function create() {
  const readiness = createReadiness();
  const metrics = createMetrics({ readiness });
  const lines = async () => (await metrics.scrape()).split('\n').filter((line) => line.startsWith('skelly_'));
  return { readiness, metrics, lines };
}

describe('the metrics of a process', () => {
  test('say what it waits for, and what Node knows of it', async () => {
    const { readiness, metrics, lines } = create();
    readiness.waitFor('postgres');
    expect(await lines()).toEqual(['skelly_ready 0']);
    readiness.arrived('postgres');
    expect(await lines()).toEqual(['skelly_ready 1']);
    expect(await metrics.scrape()).toContain('process_cpu_seconds_total');
  });

  test('are its own: another process’ root in the same program has others', async () => {
    const [first, second] = [create(), create()];
    countEmits(first.metrics).emitted('user:registered');
    countEmits(second.metrics);
    expect(await first.lines()).toContain('skelly_events_emitted_total{type="user:registered"} 1');
    expect(await second.lines()).toEqual(['skelly_ready 1']);
  });

  test('of questions count how they ended, and name no query that is not declared', async () => {
    const { metrics, lines } = create();
    const asker = countAsked(metrics, ['a:b']);
    const worker = countTaken(metrics, ['a:b']);
    expect(await lines()).toContain('skelly_questions_asked_total{query="a:b",outcome="timeout"} 0');
    for (const outcome of ['answered', 'query_timeout', 'query_no_responder', 'query_refused'])
      asker.asked('a:b', 30, outcome);
    asker.answerDropped();
    worker.taken('a:b', 'answered');
    worker.taken('none', 'unreadable');
    const shown = await lines();
    for (const outcome of ['answered', 'timeout', 'no_responder', 'failed'])
      expect(shown).toContain(`skelly_questions_asked_total{query="a:b",outcome="${outcome}"} 1`);
    expect(shown).toContain('skelly_question_wait_seconds_count{query="a:b"} 4');
    expect(shown).toContain('skelly_answers_dropped_total 1');
    expect(shown).toContain('skelly_questions_taken_total{query="a:b",outcome="answered"} 1');
    expect(shown).toContain('skelly_questions_taken_total{query="none",outcome="unreadable"} 1');
  });

  test('of a worker count deliveries by outcome, time calls and show breakers', async () => {
    const { metrics, lines } = create();
    const worker = countWorker(metrics, ['mail.send']);
    expect(await lines()).toContain('skelly_handler_breaker_state{handler="mail.send"} 0');
    for (const outcome of ['finished', 'finished', 'duplicate', 'retrying', 'parked', 'dead'] as const)
      worker.ended('mail.send', outcome);
    worker.called('mail.send', 3, 'ok');
    worker.breaker('mail.send', 'open');
    worker.received('main');
    worker.failed('mail.send');
    const told = await lines();
    expect(told.filter((line) => line.startsWith('skelly_deliveries_total'))).toEqual([
      'skelly_deliveries_total{handler="mail.send",outcome="handled"} 2',
      ...['duplicate', 'retried', 'parked', 'dead'].map(
        (outcome) => `skelly_deliveries_total{handler="mail.send",outcome="${outcome}"} 1`,
      ),
      'skelly_deliveries_total{handler="none",outcome="dead"} 0',
    ]);
    expect(told).toEqual(
      expect.arrayContaining([
        'skelly_handler_breaker_state{handler="mail.send"} 2',
        'skelly_handler_duration_seconds_bucket{le="0.0025",handler="mail.send",outcome="ok"} 0',
        'skelly_handler_duration_seconds_bucket{le="0.005",handler="mail.send",outcome="ok"} 1',
        'skelly_messages_received_total{queue="main"} 1',
        'skelly_handler_failures_total{handler="mail.send"} 1',
      ]),
    );
  });

  test('of a worker begin at 0 for each handler and queue, so that the first failure is an increase', async () => {
    const { metrics, lines } = create();
    countWorker(metrics, ['mail.send', 'user.count'], ['main', 'mails']);
    const counters = (await lines()).filter((line) => /^skelly_(deliveries|handler_failures|messages)/.test(line));
    expect(counters.sort()).toEqual(
      [
        ...['mail.send', 'user.count'].flatMap((handler) => [
          ...['handled', 'duplicate', 'retried', 'parked', 'dead'].map(
            (outcome) => `skelly_deliveries_total{handler="${handler}",outcome="${outcome}"} 0`,
          ),
          `skelly_handler_failures_total{handler="${handler}"} 0`,
        ]),
        'skelly_deliveries_total{handler="none",outcome="dead"} 0',
        ...['main', 'mails'].map((queue) => `skelly_messages_received_total{queue="${queue}"} 0`),
      ].sort(),
    );
  });

  test('of a relay count messages, many at once', async () => {
    const { metrics, lines } = create();
    const relay = countRelay(metrics);
    relay.relayed('main', 10);
    relay.relayed('main', 5);
    expect(await lines()).toContain('skelly_messages_relayed_total{queue="main"} 15');
  });

  test('of pools say what is busy, idle and waited for', async () => {
    const { metrics, lines } = create();
    measurePools(metrics, { main: { totalCount: 7, idleCount: 3, waitingCount: 2, options: { max: 10 } } });
    expect(await lines()).toEqual([
      'skelly_ready 1',
      'skelly_db_pool_connections{pool="main",state="busy"} 4',
      'skelly_db_pool_connections{pool="main",state="idle"} 3',
      'skelly_db_pool_max_connections{pool="main"} 10',
      'skelly_db_pool_waiting{pool="main"} 2',
    ]);
  });

  test('of wallets count events by type, and say how a cache of balances is used', async () => {
    const { metrics, lines } = create();
    const wallets = countWalletEvents(metrics, ['wallet:escrow.held']);
    let hits = 3;
    measureBalanceCache(metrics, () => ({ hits, misses: 1, evictions: 2, size: 7 }));
    wallets.count('WALLET_EVENT_PUBLISHED', 'wallet:escrow.held');
    await lines();
    hits = 4;
    expect((await lines()).filter((line) => line.startsWith('skelly_wallet'))).toEqual([
      'skelly_wallet_events_published_total{type="wallet:escrow.held"} 1',
      'skelly_wallet_event_publish_errors_total{type="wallet:escrow.held"} 0',
      'skelly_wallet_balance_cache_reads_total{result="hit"} 4',
      'skelly_wallet_balance_cache_reads_total{result="miss"} 1',
      'skelly_wallet_balance_cache_evictions_total 2',
      'skelly_wallet_balance_cache_size 7',
    ]);
  });
});

describe('measureLag', () => {
  const lag = {
    outbox: { ageSeconds: 1.5, pending: 3 },
    schedule: { ageSeconds: 0, due: 0 },
    deadLetters: 2,
    queues: [
      { queue: 'main', ageSeconds: 4, depth: { visible: 5, inFlight: 6, delayed: 0 } },
      { queue: 'slow', ageSeconds: 0, depth: null },
    ],
  };

  test('reads once for the scrapes of five seconds', async () => {
    const { metrics, lines } = create();
    let now = 0;
    const read = jest.fn(async () => lag);
    measureLag(metrics, { read, now: () => now });
    const told = await lines();
    now = 4_999;
    await Promise.all([lines(), lines()]);
    expect(read).toHaveBeenCalledTimes(1);
    now = 5_000;
    await Promise.all([lines(), lines()]);
    expect(read).toHaveBeenCalledTimes(2);
    expect(told).toEqual(
      expect.arrayContaining([
        'skelly_lag_readable 1',
        'skelly_outbox_lag_seconds 1.5',
        'skelly_queue_lag_seconds{queue="main"} 4',
        'skelly_queue_messages{queue="main",state="in_flight"} 6',
      ]),
    );
    expect(told.join('\n')).not.toContain('queue="slow",state');
  });

  test('shows no lag, rather than an old one, while it cannot be read', async () => {
    const { metrics, lines } = create();
    let now = 0;
    const read = jest.fn(async () => lag);
    measureLag(metrics, { read, now: () => now });
    await lines();
    now = 5_000;
    read.mockRejectedValueOnce(new Error('postgres is away'));
    expect(await lines()).toEqual(['skelly_ready 1', 'skelly_lag_readable 0']);
    now = 10_000;
    expect(await lines()).toContain('skelly_outbox_lag_seconds 1.5');
  });
});
