import type { ServiceStatus, StackOptions } from '../stack/options';

/** Tells people what goes on: lines that stay, and on a terminal one line below them that says what is waited for. */
export interface Narrator {
  line: (text: string) => void;
  progress: NonNullable<StackOptions['changed']>;
  /** The start is over: no more waiting line. */
  done: () => void;
}

const PLAIN_EVERY_MS = 10_000;

/** Where there is no terminal, a plain line every ten seconds says that it goes on. */
export function createNarrator(out: NodeJS.WriteStream): Narrator {
  const live = out.isTTY === true;
  const begun = Date.now();
  let latest = 'Starting';
  let services: readonly ServiceStatus[] = [];
  let steps: readonly string[] = [];
  let shown = false;
  let lastPlain = begun;

  const clear = () => {
    if (shown) out.write('\r\x1b[2K');
    shown = false;
  };
  const show = () => {
    const text = `${waiting(latest, services, steps)} (${Math.round((Date.now() - begun) / 1_000)} s)`;
    if (live) {
      clear();
      out.write(text.slice(0, (out.columns ?? 80) - 1));
      shown = true;
    } else if (Date.now() - lastPlain >= PLAIN_EVERY_MS) {
      lastPlain = Date.now();
      out.write(`  ${text}\n`);
    }
  };
  const timer = setInterval(show, 1_000).unref();

  return {
    line(text) {
      clear();
      latest = text.split('\n', 1)[0] ?? '';
      lastPlain = Date.now();
      out.write(`${text}\n`);
    },
    progress(now) {
      ({ services, steps } = now);
    },
    done() {
      clearInterval(timer);
      clear();
    },
  };
}

/** "Waiting for the build, api (postgres at 127.0.0.1:4410)", or what was said last while nothing is waited for. */
function waiting(latest: string, services: readonly ServiceStatus[], steps: readonly string[]): string {
  const slow = services
    .filter(({ state }) => state === 'starting' || state === 'restarting')
    .map(({ name, waitingFor }) => (waitingFor.length > 0 ? `${name} (${waitingFor.join(', ')})` : name));
  const all = [...steps, ...slow];
  return all.length > 0 ? `Waiting for ${all.join(', ')}` : `${latest} …`;
}
