import { EventType } from '@skelly/types/events';
import { QueryClient } from '@tanstack/react-query';
import { createStore } from 'zustand';
import { createEventStream, type EventStream } from './index';
import { createFakeGateway } from './testing/fake-gateway';
import { createFakeWorld } from './testing/fake-world';

describe('source 004, in a browser', () => {
  let eventStream: EventStream;
  let publish: () => void;
  beforeEach(() => {
    const world = createFakeWorld();
    const gateway = createFakeGateway({ timers: world.timers });
    eventStream = createEventStream({
      url: 'ws://server/ws',
      WebSocket: gateway.socketsOf({ isAlive: () => true, inTab: (run) => run() }),
      timers: world.timers,
      signals: world.signals,
      now: world.now,
    });
    eventStream.connect();
    world.pass(100);
    publish = () => {
      gateway.publish('user:1');
      world.pass(10);
    };
  });
  afterEach(() => eventStream.close());

  it('source 004, Frontend Event Subscription', () => {
    const toasts: string[] = [];
    const toast = { success: (text: string) => toasts.push(text) };
    const queryClient = new QueryClient();
    queryClient.setQueryData(['users'], []);

    // In React component or hook: what useEffect runs, and what it runs at the end
    const effect = () => {
      const unsubscribe = eventStream.subscribe(EventType.USER_EMAIL_VERIFIED, () => {
        // Update UI, show notification, refresh data, etc.
        toast.success('Address confirmed!');
        void queryClient.invalidateQueries({ queryKey: ['users'] });
      });

      return unsubscribe;
    };

    const end = effect();
    publish();
    expect(toasts).toEqual(['Address confirmed!']);
    expect(queryClient.getQueryState(['users'])?.isInvalidated).toBe(true);
    end();
    publish();
    expect(toasts).toHaveLength(1);
    queryClient.clear();
  });

  it('source 004, Frontend State Management', () => {
    const store = createStore<{ verified: readonly object[] }>(() => ({ verified: [] }));

    // Redux/Zustand action triggered by events
    eventStream.subscribe(EventType.USER_EMAIL_VERIFIED, (event) => {
      store.setState(({ verified }) => ({ verified: [...verified, event.data] }));
    });

    publish();
    expect(store.getState().verified).toHaveLength(1);
  });
});
