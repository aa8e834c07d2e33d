import { openSocket } from '../socket';
import { watchClock } from './clock';
import { HANDOVER, type Letter } from './letters';
import { createMultiplexer, type Multiplexer } from './multiplexer';
import type { TabPorts } from './ports';

/** Milliseconds. */
const TIMES = {
  /** A leader that does not answer within it is taken for dead: the lead is taken from it. */
  LEADER_ANSWER: 4_000,
  /** A tab without a socket for so long takes no part any more; longer than the longest wait between two attempts. */
  LINGER: 30_000,
} as const;

/** What a tab's socket hears. */
export interface TabSocket {
  /** Whether any frame has come. */
  readonly isOpen: boolean;
  frame(text: string): void;
  end(code: number, reason: string): void;
}

/** One page's part in the connection of all: a candidate to lead, and the sockets of its own streams. */
export interface Tab {
  /** Attaches a socket to the leader, whoever that is. Returns its way to send and to leave. */
  attach(socket: TabSocket): { send(text: string): void; detach(): void };
}

export interface TabDependencies {
  readonly ports: TabPorts;
  /** The same for the tabs that share a socket, and for no others. */
  readonly name: string;
  /** Where to connect now. */
  readonly url: () => string;
  readonly userId: string;
}

export function createTab(deps: TabDependencies): Tab {
  const { ports, name } = deps;
  const sockets = new Map<string, TabSocket>();
  const attached = new Set<string>();
  let post: ReturnType<TabPorts['openPost']> | undefined;
  let own: Multiplexer | undefined;
  /** The leader that we listen to. */
  let leader: string | undefined;
  let stopClock: (() => void) | undefined;
  let giveUpLead: (() => void) | undefined;
  let stopSleep: (() => void) | undefined;
  let isAsleep = false;
  let impatience: unknown;
  let linger: unknown;

  function join(): void {
    ports.timers.clearTimeout(linger);
    if (post) return;
    post = ports.openPost(name, hear);
    stopSleep = ports.onSleep({ onSleep: sleep, onWake: wake });
    compete(false);
  }

  function leave(): void {
    ports.timers.clearTimeout(impatience);
    stopSleep?.();
    giveUpLead?.();
    stepDown();
    leader = undefined;
    post?.close();
    post = undefined;
  }

  function compete(steal: boolean): void {
    giveUpLead?.();
    giveUpLead = ports.lead(name, {
      steal,
      onHeld: lead,
      onLost() {
        stepDown();
        compete(false);
      },
    });
  }

  function lead(): void {
    ports.timers.clearTimeout(impatience);
    const term = ports.newId();
    own = createMultiplexer({
      userId: deps.userId,
      open: (handlers) => openSocket(ports.WebSocket, deps.url(), handlers),
      now: ports.now,
      timers: ports.timers,
      deliver: (to, text) => bring({ k: 'frame', term, to, text }),
      close: (to, code, reason) => bring({ k: 'close', term, to, code, reason }),
    });
    stopClock = watchClock(ports.timers, ports.clock, own.probe);
    post?.post({ k: 'lead', term });
    follow(term);
  }

  /** To our own sockets, and to the others where it is for others. */
  function bring(letter: Extract<Letter, { k: 'frame' | 'close' }>): void {
    if (letter.to.some((id) => !sockets.has(id))) post?.post(letter);
    hear(letter);
  }

  function stepDown(): void {
    if (!own) return;
    stopClock?.();
    own.end();
    own = undefined;
    leader = undefined;
    reattach();
  }

  function follow(term: string): void {
    leader = term;
    reattach();
  }

  /** Another leads: what was begun with the one before begins again. */
  function reattach(): void {
    for (const [id, socket] of [...sockets]) {
      attached.delete(id);
      if (!socket.isOpen) ask(id);
      else end(id, HANDOVER.code, HANDOVER.reason);
    }
  }

  function ask(id: string): void {
    if (isAsleep) return;
    if (own) {
      attached.add(id);
      own.attach(id);
      return;
    }
    post?.post({ k: 'attach', from: id });
    ports.timers.clearTimeout(impatience);
    impatience = ports.timers.setTimeout(() => {
      if (!own && [...sockets.keys()].some((waiting) => !attached.has(waiting))) compete(true);
    }, TIMES.LEADER_ANSWER);
  }

  function tell(letter: Extract<Letter, { k: 'send' | 'detach' }>): void {
    if (!own) post?.post(letter);
    else if (letter.k === 'send') own.receive(letter.from, letter.text);
    else own.detach(letter.from);
  }

  function forget(id: string): void {
    sockets.delete(id);
    attached.delete(id);
    if (sockets.size > 0) return;
    ports.timers.clearTimeout(linger);
    linger = ports.timers.setTimeout(leave, TIMES.LINGER);
  }

  function end(id: string, code: number, reason: string): void {
    const socket = sockets.get(id);
    forget(id);
    socket?.end(code, reason);
  }

  function hear(letter: Letter): void {
    if (isAsleep) return;
    if (letter.k === 'lead') {
      stepDown();
      follow(letter.term);
    } else if (letter.k === 'attach') {
      if (!own || !leader) return;
      post?.post({ k: 'attached', term: leader, to: letter.from });
      own.attach(letter.from);
    } else if (letter.k === 'send') own?.receive(letter.from, letter.text);
    else if (letter.k === 'detach') own?.detach(letter.from);
    else if (letter.k === 'attached') {
      leader ??= letter.term;
      if (letter.term === leader && sockets.has(letter.to)) attached.add(letter.to);
    } else if (letter.term === leader) {
      for (const id of letter.to) {
        if (letter.k === 'close') end(id, letter.code, letter.reason);
        else sockets.get(id)?.frame(letter.text);
      }
    }
  }

  /** Put away, a page neither leads nor follows: its timers stand still. */
  function sleep(): void {
    if (isAsleep) return;
    for (const id of sockets.keys()) tell({ k: 'detach', from: id });
    isAsleep = true;
    giveUpLead?.();
    stepDown();
    leader = undefined;
    for (const [id, socket] of [...sockets]) {
      if (socket.isOpen) end(id, HANDOVER.code, HANDOVER.reason);
    }
  }

  function wake(): void {
    if (!isAsleep) return;
    isAsleep = false;
    compete(false);
    for (const id of sockets.keys()) ask(id);
  }

  return {
    attach(socket) {
      const id = ports.newId();
      join();
      sockets.set(id, socket);
      // Not at once: the socket's owner has yet to listen.
      ports.soon(() => {
        if (sockets.has(id)) ask(id);
      });
      return {
        send: (text) => tell({ k: 'send', from: id, text }),
        detach() {
          if (!sockets.has(id)) return;
          tell({ k: 'detach', from: id });
          forget(id);
        },
      };
    },
  };
}
