import { createEventStream } from '../event-stream';
import type { LiveEvent } from '../handlers';
import type { EventStream } from '../stream-api';
import type { Letter } from '../tabs/letters';
import type { TabPorts } from '../tabs/ports';
import { sharedSocket } from '../tabs/shared-socket';
import { createFakeGateway } from './fake-gateway';
import { createFakeWorld } from './fake-world';

/** A tab of the fake browser, with a stream of the member. */
export interface FakeTab {
  readonly stream: EventStream;
  readonly events: readonly LiveEvent[];
  readonly refetches: readonly unknown[];
  /** The states that the tab has shown. */
  readonly states: readonly string[];
  readonly isAlive: boolean;
  /** The page goes away and says so. */
  close(): void;
  /** The page goes away without a word. */
  crash(): void;
  /** Timers and letters stand still. `told`: the page hears of it before, as it does of a freeze and the back-forward cache. */
  freeze(told: boolean): void;
  thaw(): void;
}

const LETTER_MS = 1;

/** Tabs, locks and letters of one browser, in time that a test lets pass. */
export function createFakeBrowser() {
  const world = createFakeWorld();
  const gateway = createFakeGateway({ timers: world.timers });
  const errors: unknown[] = [];
  const posts = new Map<string, Set<(letter: Letter) => void>>();
  const locks = new Map<string, Claim[]>();
  let ids = 0;
  let aheadMs = 0;

  interface Claim {
    isHeld: boolean;
    readonly onHeld: () => void;
    readonly onLost: () => void;
  }

  /** Whoever is first has it. */
  function grant(name: string): void {
    const [first] = locks.get(name) ?? [];
    if (!first || first.isHeld) return;
    first.isHeld = true;
    first.onHeld();
  }

  function openTab(options: { readonly userId?: string; readonly since?: boolean } = {}): FakeTab {
    const userId = options.userId ?? '1';
    let isAlive = true;
    let isFrozen = false;
    const frozen: (() => void)[] = [];
    const onDeath: (() => void)[] = [];
    let sleeper: Parameters<TabPorts['onSleep']>[0] | undefined;
    /** Runs now, later when the tab is thawed, or never. */
    const inTab = (run: () => void) => {
      if (!isAlive) return;
      if (isFrozen) frozen.push(run);
      else run();
    };
    const timers: TabPorts['timers'] = {
      setTimeout(run, ms) {
        const timer = { isCleared: false };
        world.timers.setTimeout(() => inTab(() => timer.isCleared || run()), ms);
        return timer;
      },
      clearTimeout(timer) {
        if (timer) (timer as { isCleared: boolean }).isCleared = true;
      },
    };
    const ports: TabPorts = {
      WebSocket: gateway.socketsOf({ isAlive: () => isAlive, inTab }),
      timers,
      now: world.now,
      clock: () => world.now() + aheadMs,
      soon: (run) => void timers.setTimeout(run, 0),
      newId: () => {
        ids += 1;
        return `${ids}`;
      },
      openPost(name, hear) {
        const parties = posts.get(name) ?? new Set();
        posts.set(name, parties);
        const mine = (letter: Letter) => inTab(() => parties.has(mine) && hear(letter));
        parties.add(mine);
        onDeath.push(() => parties.delete(mine));
        return {
          post(letter) {
            for (const other of parties) {
              if (other !== mine) world.timers.setTimeout(() => other(structuredClone(letter)), LETTER_MS);
            }
          },
          close: () => parties.delete(mine),
        };
      },
      lead(name, how) {
        let isOver = false;
        const claim: Claim = {
          isHeld: false,
          onHeld: () => inTab(() => !isOver && how.onHeld()),
          onLost: () => inTab(() => !isOver && how.onLost()),
        };
        const claims = locks.get(name) ?? [];
        locks.set(name, claims);
        if (how.steal) {
          if (claims[0]?.isHeld) claims.shift()?.onLost();
          claims.unshift(claim);
        } else claims.push(claim);
        world.timers.setTimeout(() => grant(name), 0);
        const giveBack = () => {
          isOver = true;
          const index = claims.indexOf(claim);
          if (index >= 0) claims.splice(index, 1);
          world.timers.setTimeout(() => grant(name), 0);
        };
        onDeath.push(giveBack);
        return giveBack;
      },
      onSleep(handlers) {
        sleeper = handlers;
        return () => {
          sleeper = undefined;
        };
      },
    };
    const events: LiveEvent[] = [];
    const refetches: unknown[] = [];
    const states: string[] = [];
    const channel = `user:${userId}`;
    const stream = createEventStream({
      url: 'ws://server/ws',
      WebSocket: sharedSocket({ userId, ports: () => ports }),
      ...(options.since === false ? {} : { channels: { [channel]: gateway.position(channel) } }),
      timers,
      now: world.now,
      random: () => 0.5,
      signals: { isOffline: false, isVisible: true, listen: () => () => undefined, nextPaint: () => undefined },
      onError: (error) => errors.push(error),
    });
    stream.subscribe('*', (event) => events.push(event));
    stream.onRefetch((notice) => refetches.push(notice));
    stream.onState(() => states.push(stream.state.status));
    stream.connect();
    const die = () => {
      isAlive = false;
      for (const run of onDeath) run();
    };
    return {
      stream,
      events,
      refetches,
      states,
      get isAlive() {
        return isAlive;
      },
      close() {
        sleeper?.onSleep();
        die();
      },
      crash: die,
      freeze(told) {
        if (told) sleeper?.onSleep();
        isFrozen = true;
      },
      thaw() {
        if (!isFrozen) return;
        isFrozen = false;
        for (const run of frozen.splice(0)) run();
        sleeper?.onWake();
      },
    };
  }

  return {
    gateway,
    errors,
    openTab,
    pass: world.pass,
    now: world.now,
    /** The machine sleeps: the clock runs on, and nothing else does. */
    sleep(ms: number) {
      aheadMs += ms;
    },
  };
}
