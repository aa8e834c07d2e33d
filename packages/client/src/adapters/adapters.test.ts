import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { createStore } from 'zustand';
import { createEventStream, type EventStream } from '../index';
import { createFakeGateway } from '../testing/fake-gateway';
import { createFakeWorld, type FakeWorld } from '../testing/fake-world';
import { keepQueries } from './tanstack-query';
import { keepStore } from './zustand';

const OWN = 'user:1';

describe('caches that events keep true', () => {
  let world: FakeWorld;
  let gateway: ReturnType<typeof createFakeGateway>;
  let stream: EventStream;
  beforeEach(() => {
    world = createFakeWorld();
    gateway = createFakeGateway({ timers: world.timers });
    stream = createEventStream({
      url: 'ws://server/ws',
      WebSocket: gateway.socketsOf({ isAlive: () => true, inTab: (run) => run() }),
      timers: world.timers,
      signals: world.signals,
      now: world.now,
    });
    stream.connect();
    world.pass(100);
  });
  const publish = () => {
    gateway.publish(OWN);
    world.pass(10);
  };
  /** The stream cannot give what was missed. */
  const loseMessages = () => {
    gateway.publish(OWN);
    gateway.closeAll(1006);
    world.pass(3);
    gateway.publish(OWN);
    gateway.renewEpoch();
    world.pass(10_000);
  };

  describe('TanStack Query', () => {
    const key = ['me'];
    let queryClient: QueryClient;
    let stop: () => void;
    beforeEach(() => {
      queryClient = new QueryClient({
        defaultOptions: { queries: { retry: false, gcTime: Number.POSITIVE_INFINITY } },
      });
      stop = keepQueries({
        stream,
        queryClient,
        on: {
          'user:email.verified': (_event, cache) => {
            cache.update<{ verified: number }>(key, ({ verified }) => ({ verified: verified + 1 }));
          },
        },
      });
    });
    afterEach(() => queryClient.clear());

    it('changes what is cached, and makes nothing up', () => {
      publish();
      expect(queryClient.getQueryData(key)).toBeUndefined();
      queryClient.setQueryData(key, { verified: 0 });
      publish();
      expect(queryClient.getQueryData(key)).toEqual({ verified: 1 });
      stop();
      publish();
      expect(queryClient.getQueryData(key)).toEqual({ verified: 1 });
    });

    it('fetches again what was being fetched when the event came', async () => {
      const answers: ((data: object) => void)[] = [];
      const observer = new QueryObserver(queryClient, {
        queryKey: key,
        queryFn: () => new Promise<object>((resolve) => answers.push(resolve)),
      });
      const leave = observer.subscribe(() => undefined);
      publish();
      await new Promise(setImmediate);
      answers[0]?.({ verified: 'from before the event' });
      answers[1]?.({ verified: 1 });
      await new Promise(setImmediate);
      expect(queryClient.getQueryData(key)).toEqual({ verified: 1 });
      expect(answers).toHaveLength(2);
      leave();
    });

    it('has everything read afresh when messages were lost', () => {
      queryClient.setQueryData(key, { verified: 0 });
      loseMessages();
      expect(queryClient.getQueryState(key)?.isInvalidated).toBe(true);
    });
  });

  it('keeps a zustand store, typed by the event', () => {
    const store = createStore<{ verified: number; name: string }>(() => ({ verified: 0, name: 'Nova' }));
    const notices: unknown[] = [];
    const stop = keepStore({
      stream,
      store,
      on: { 'user:email.verified': (state, { type }) => ({ verified: state.verified + type.length / type.length }) },
      refetch: (notice) => notices.push(notice),
    });
    publish();
    publish();
    expect(store.getState()).toEqual({ verified: 2, name: 'Nova' });
    loseMessages();
    expect(notices).toEqual([{ channel: OWN, reason: 'unrecovered' }]);
    stop();
    publish();
    expect(store.getState().verified).toBe(3);
  });
});
