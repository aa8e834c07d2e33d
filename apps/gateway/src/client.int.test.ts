import { type ConnectionState, createEventStream, type EventStream, type RefetchNotice, type SocketConstructor } from '@skelly/client';
import { createEventSystem, createNotifier } from '@skelly/events';
import { eventually } from '@skelly/testkit';
import { notificationCreated } from '@skelly/types/notification/events';
import { WebSocket } from 'ws';
import { createHarness, type Harness, ORIGIN, type TestGateway, type TestMember } from './testing/gateway-harness';

describe('the browser SDK and the gateway', () => {
  let harness: Harness;
  const streams: EventStream[] = [];
  beforeAll(async () => {
    harness = await createHarness();
  });
  afterAll(async () => {
    for (const stream of streams) stream.close();
    await harness.close();
  });
});
