import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import {
  type AppName,
  createTestDatabase,
  createTestQueues,
  eventually,
  startApps,
  type TestApps,
  type TestDatabase,
  type TestQueues,
} from '@skelly/testkit';
import { parse } from 'yaml';

const OPS = join(__dirname, '../../ops');

/** What Prometheus itself knows of every target. */
const OF_PROMETHEUS = { metrics: ['up'], labels: ['job', 'instance'] };
/** What Grafana puts in the place of its variables. */
const written = (expression: string) => expression.replaceAll('$__rate_interval', '1m');

interface Expression {
  readonly where: string;
  readonly text: string;
}

function dashboardExpressions(): Expression[] {
  const { panels } = JSON.parse(readFileSync(join(OPS, 'grafana/skelly.json'), 'utf8')) as {
    panels: { title: string; targets?: { expr: string }[] }[];
  };
  return panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ where: title, text: written(expr) })),
  );
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string };
}

function rules(): Rule[] {
  const { groups } = parse(readFileSync(join(OPS, 'prometheus/alerts.yaml'), 'utf8')) as {
    groups: { rules: Rule[] }[];
  };
  return groups.flatMap((group) => group.rules);
}

/** What an expression names. @throws Error where it is no PromQL */
function namesIn({ where, text }: Expression): { metrics: string[]; labels: string[] } {
  const metrics: string[] = [];
  const labels: string[] = [];
  parser.parse(text).iterate({
    enter({ type, name, from, to, node }) {
      const named = text.slice(from, to);
      if (type.isError) throw new Error(`${where}: no PromQL at character ${from}: ${text}`);
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.push(named);
      if (name === 'LabelName') labels.push(named);
    },
  });
  return { metrics, labels };
}

/** What a process shows: its metrics with their help, the labels of their samples, and the samples' names. */
interface Scrape {
  readonly help: Map<string, string>;
  readonly labels: Map<string, Set<string>>;
}

async function scrape(url: string): Promise<Scrape> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const help = new Map([...text.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name, words]) => [name ?? '', words ?? '']));
  const labels = new Map<string, Set<string>>();
  for (const [, type, name] of [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ['', type, name]))
    for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''])
      labels.set(`${name}${suffix}`, new Set());
  for (const [, name = '', given = ''] of text.matchAll(/^([a-zA-Z_]\w*)(?:\{(.*)\})? /gm))
    for (const [, label = ''] of given.matchAll(/(\w+)="/g)) labels.get(name)?.add(label);
  return { help, labels };
}

describe('what operators are given', () => {
  let database: TestDatabase;
  let queues: TestQueues;
  let apps: TestApps;
  const scrapes = new Map<AppName, Scrape>();
  const following = new AbortController();

  beforeAll(async () => {
    database = await createTestDatabase();
    queues = createTestQueues();
    apps = await startApps({ database, queues });
    const registered = await fetch(`${apps.urls.api}/api/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'mara@example.com', password: 'a long enough password', displayName: 'Mara' }),
    });
    const { userId } = (await registered.json()) as { userId: string };
    const cookie = registered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const stream = await fetch(`${apps.urls.gateway}/stream?channel=user:${userId}`, {
      headers: { cookie },
      signal: following.signal,
    });
    expect(stream.status).toBe(200);
    const counted = async (app: AppName, metric: string) => {
      const text = await (await fetch(`${apps.urls[app]}/metrics`)).text();
      return new RegExp(`^${metric}\\{.*\\} [1-9]`, 'm').test(text);
    };
    // Nobody takes the welcome mail, so there is a failure too.
    await eventually('a failed try', () => counted('worker', 'skelly_handler_failures_total'), { withinMs: 20_000 });
    await eventually('relayed messages', () => counted('relay', 'skelly_messages_relayed_total'), { withinMs: 20_000 });
    for (const app of ['api', 'gateway', 'relay', 'worker'] as const) scrapes.set(app, await scrape(apps.urls[app]));
  }, 60_000);
  afterAll(async () => {
    following.abort();
    await apps?.stop();
    await queues.drop();
    await database.drop();
  });

  /** Labels of a metric's samples in any process; undefined when none shows it. */
  function labelsOf(metric: string): Set<string> | undefined {
    const all = [...scrapes.values()].flatMap(({ labels }) => labels.get(metric) ?? []);
    return all.length > 0 ? new Set(all.flatMap((labels) => [...labels])) : undefined;
  }

  test.each([
    ['dashboard', dashboardExpressions],
    ['alert rules', () => rules().map(({ alert, expr }) => ({ where: alert, text: expr }))],
  ])('each expression of the %s is PromQL about metrics and labels that processes show', (_, expressions) => {
    const wrong: string[] = [];
    for (const expression of expressions()) {
      const { metrics, labels } = namesIn(expression);
      if (metrics.length === 0) wrong.push(`${expression.where} names no metric`);
      const known = metrics.map((metric) =>
        OF_PROMETHEUS.metrics.includes(metric) ? new Set<string>() : labelsOf(metric),
      );
      for (const [index, metric] of metrics.entries())
        if (!known[index]) wrong.push(`${expression.where}: nobody shows ${metric}`);
      const shown = new Set([...OF_PROMETHEUS.labels, ...known.flatMap((set) => [...(set ?? [])])]);
      // A metric without a sample tells no labels: nothing has been lost or refused here.
      if (known.every((set) => set?.size === 0)) continue;
      for (const label of labels)
        if (!shown.has(label)) wrong.push(`${expression.where}: ${metrics.join(', ')} has no label ${label}`);
    }
    expect(wrong).toEqual([]);
  });

  test('the lag is read', async () => {
    expect(await (await fetch(`${apps.urls.relay}/metrics`)).text()).toMatch(/^skelly_lag_readable 1$/m);
    expect(labelsOf('skelly_queue_lag_seconds')).toEqual(new Set(['queue']));
  });

  test('a worker shows each counter of its handlers before it counts', async () => {
    const text = await (await fetch(`${apps.urls.worker}/metrics`)).text();
    const outcomes = (handler: string) =>
      [...text.matchAll(new RegExp(`^skelly_deliveries_total\\{handler="${handler}",outcome="(\\w+)"\\} `, 'gm'))].map(
        ([, outcome]) => outcome,
      );
    const handlers = [...text.matchAll(/^skelly_handler_breaker_state\{handler="(.+)"\} /gm)].map(([, id = '']) => id);
    expect(handlers.length).toBeGreaterThan(1);
    for (const handler of handlers) {
      expect(outcomes(handler).sort()).toEqual(['dead', 'duplicate', 'handled', 'parked', 'retried']);
      expect(text).toContain(`\nskelly_handler_failures_total{handler="${handler}"} `);
    }
    expect(outcomes('none')).toContain('dead');
    expect(text).toMatch(/^skelly_messages_received_total\{queue="main"\} /m);
  });

  test('an alert of an increase also sees what a series begins with', () => {
    const increases = rules().filter(({ expr }) => expr.includes('increase('));
    expect(increases.length).toBeGreaterThan(0);
    for (const { expr } of increases) {
      const [, series = '', time = ''] = /increase\((.+)\[(\w+)\]\)/.exec(expr) ?? [];
      expect(expr).toContain(`or (${series} unless ${series} offset ${time})`);
    }
  });

  test('an alert of a kind that is missing names the kind', () => {
    const missing = rules().find(({ alert }) => alert === 'SkellyKindMissing')?.expr ?? '';
    for (const kind of ['api', 'gateway', 'relay', 'worker'])
      expect(missing).toContain(`label_replace(absent(skelly_ready{job="${kind}"} == 1), "job", "${kind}", "", "")`);
  });

  test('each alert has a severity and says what to do', () => {
    const all = rules();
    expect(all.length).toBeGreaterThan(10);
    expect(new Set(all.map(({ alert }) => alert)).size).toBe(all.length);
    for (const { labels, annotations } of all) {
      expect(['page', 'ticket']).toContain(labels.severity);
      expect(annotations.summary.length).toBeGreaterThan(40);
    }
  });

  test('the guide lists every metric of ours, where it is shown and what it tells', () => {
    const guide = readFileSync(join(__dirname, 'observability.md'), 'utf8');
    const listed = [...guide.matchAll(/^\| `(skelly_\w+)` +\| ([\w, ]+?) +\| (.*?) +\|$/gm)].map(
      ([, metric, where, words]) => `${metric} | ${where} | ${words}`,
    );
    const ours = new Map<string, { apps: AppName[]; words: string }>();
    for (const [app, { help }] of scrapes) {
      for (const [metric, words] of help) {
        if (!metric.startsWith('skelly_')) continue;
        ours.set(metric, { apps: [...(ours.get(metric)?.apps ?? []), app], words });
      }
    }
    const real = [...ours].map(([metric, shown]) => `${metric} | ${shown.apps.join(', ')} | ${shown.words}`);
    expect(listed.sort()).toEqual(real.sort());
  });

  test('no label holds an id, or an address', () => {
    for (const [app, { labels }] of scrapes)
      for (const names of labels.values())
        for (const name of names) expect(`${app} ${name}`).not.toMatch(/ (id|event_?id|user|correlation)/i);
  });
});
