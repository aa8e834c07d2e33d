import { Agent, get } from 'node:http';
import { serveContender } from '../harness/contender';
import { percentile } from '../harness/stats';
import { openLoop } from '../workload/open-loop';

export interface InboxLoadArgument {
  readonly port: number;
  /** Of the readers' sessions; the first is the one with the most notifications. */
  readonly tokens: readonly string[];
}

export interface InboxLoadRun {
  readonly perSecond: number;
  readonly seconds: number;
}

/** Milliseconds from the request to the whole answer. */
export interface InboxTimes {
  readonly p50: number;
  readonly p99: number;
}

interface Page {
  readonly items: readonly unknown[];
  readonly nextCursor: string | null;
}

/** What is asked for in turn: the newest page, what is new, the archive, and the page after the newest. */
const PARTS = ['all', 'unread', 'archived', 'next'] as const;

/** Members who read their inboxes at a fixed rate; every other request is the one's who has the most. */
serveContender<InboxLoadArgument>(async ({ port, tokens }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const cursors = new Map<string, string>();

  async function read(nth: number): Promise<number> {
    const token = tokens[nth % 2 === 0 ? 0 : nth % tokens.length] as string;
    const part = PARTS[(nth >> 1) % PARTS.length] as (typeof PARTS)[number];
    const cursor = cursors.get(token);
    const query = part === 'next' ? (cursor ? `&before=${cursor}` : '') : `&filter=${part}`;
    const begun = performance.now();
    const page = await ask(agent, `http://127.0.0.1:${port}/api/notifications?limit=20${query}`, token);
    const took = performance.now() - begun;
    if (part === 'all' && page.nextCursor) cursors.set(token, page.nextCursor);
    return took;
  }

  return {
    commands: {
      async run(load: InboxLoadRun): Promise<InboxTimes> {
        const times: number[] = [];
        await openLoop(load, async (nth) => void times.push(await read(nth)));
        return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) };
      },
    },
    async stop() {
      agent.destroy();
    },
  };
});

function ask(agent: Agent, url: string, token: string): Promise<Page> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent, headers: { cookie: `skelly_session=${token}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(JSON.parse(body) as Page);
        else reject(new Error(`${url} answered ${response.statusCode}: ${body}`));
      });
    });
    asked.on('error', reject);
  });
}
