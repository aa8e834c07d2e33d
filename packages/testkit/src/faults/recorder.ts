import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Misdeed } from './misdeeds';

/** What the outside saw of one event's effect. */
export interface SeenEffect {
  readonly eventId: string;
  readonly handler: string;
  readonly keys: ReadonlySet<string>;
  readonly begun: number;
  readonly ended: number;
  /** Most that ran at once. */
  readonly atOnce: number;
}

/** The outside of a run: what effects act on, and who remembers tries across the deaths of processes. */
export interface Recorder {
  readonly url: string;
  /** Times that each misdeed was done. */
  readonly misdeeds: ReadonlyMap<Misdeed, number>;
  /** By event id and handler, with a space between. */
  readonly effects: ReadonlyMap<string, SeenEffect>;
  /** Effects of a subject that began after a later one, by event id and handler. */
  readonly overtaken: readonly string[];
  close(): Promise<void>;
}

interface TryQuestion {
  readonly eventId: string;
  readonly handler: string;
  readonly kind: Misdeed;
  readonly times: number;
}

interface EffectRequest {
  readonly eventId: string;
  readonly handler: string;
  readonly key: string;
  readonly holdMs: number;
  readonly subject: string;
  readonly position: number;
}

type MutableEffect = {
  eventId: string;
  handler: string;
  keys: Set<string>;
  begun: number;
  ended: number;
  running: number;
  atOnce: number;
};

export async function startRecorder(): Promise<Recorder> {
  const tries = new Map<string, number>();
  const misdeeds = new Map<Misdeed, number>();
  const effects = new Map<string, MutableEffect>();
  const overtaken: string[] = [];
  /** The highest position that has begun, by handler and subject. */
  const lines = new Map<string, number>();

  /** Whether this try is one at which the misdeed is done. */
  function answerTry({ eventId, handler, kind, times }: TryQuestion): boolean {
    const name = `${eventId} ${handler}`;
    const count = (tries.get(name) ?? 0) + 1;
    tries.set(name, count);
    if (count > times) return false;
    misdeeds.set(kind, (misdeeds.get(kind) ?? 0) + 1);
    return true;
  }

  /** An effect lasts until it is answered, or until its process dies. */
  async function holdEffect(request: EffectRequest, response: ServerResponse): Promise<void> {
    const { eventId, handler, key, holdMs, subject, position } = request;
    const name = `${eventId} ${handler}`;
    const line = `${handler} ${subject}`;
    if (position < (lines.get(line) ?? 0)) overtaken.push(name);
    lines.set(line, Math.max(position, lines.get(line) ?? 0));
    const effect = effects.get(name) ?? {
      eventId,
      handler,
      keys: new Set(),
      begun: 0,
      ended: 0,
      running: 0,
      atOnce: 0,
    };
    effects.set(name, effect);
    effect.keys.add(key);
    effect.begun += 1;
    effect.running += 1;
    effect.atOnce = Math.max(effect.atOnce, effect.running);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const held = await delay(holdMs, true, { signal: gone.signal }).catch(() => false);
    effect.running -= 1;
    if (held) effect.ended += 1;
  }

  const server = createServer(async (request, response) => {
    const body = await readJson(request);
    let answer: unknown = null;
    if (request.url === '/try') answer = answerTry(body as TryQuestion);
    else await holdEffect(body as EffectRequest, response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    misdeeds,
    effects,
    overtaken,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}

/** The recorder as a handler's process reaches it. */
export interface RecorderPort {
  /** Whether a handler is to do its misdeed at this try. */
  isDue(question: TryQuestion): Promise<boolean>;
  /** Acts on the outside; lasts `holdMs`. */
  act(request: EffectRequest): Promise<void>;
}

export function connectRecorder(url: string): RecorderPort {
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const response = await fetch(url + path, { method: 'POST', body: JSON.stringify(body) });
    return response.json();
  };
  return {
    isDue: async (question) => (await post('/try', question)) === true,
    act: async (request) => void (await post('/effect', request)),
  };
}
