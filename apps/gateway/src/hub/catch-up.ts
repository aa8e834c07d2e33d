import type { Hub } from './hub';
import type { PushSource } from './push-source';

/** That a channel has come to an offset, and where the message stands among those of all channels. */
export interface Advance {
  readonly position: number;
  readonly channel: string;
  readonly offset: number;
}

/** Channels are read one by one, some of them in a statement; when so many are behind, one read by position is cheaper. */
const MANY = 64;
/** Reads by position that may wait for each other; beyond it channels are read one by one. */
const WAITING_AT_MOST = 8;

/** Brings channels to where the follower has seen them come. */
export interface CatchUp {
  take(rows: readonly Advance[]): void;
}

/** A burst to thousands of channels costs a few statements and not one for some hundred of them. */
export function createCatchUp(deps: {
  readonly hub: Pick<Hub, 'isBehind' | 'offer' | 'advance'>;
  readonly source: Pick<PushSource, 'readAt'>;
  readonly onError: (error: unknown) => void;
}): CatchUp {
  const { hub } = deps;
  let waiting = 0;
  let last = Promise.resolve();

  async function readAll(rows: readonly Advance[]): Promise<void> {
    try {
      const missing = rows.filter(({ channel, offset }) => hub.isBehind(channel, offset));
      const messages = await deps.source.readAt(missing.map(({ position }) => position));
      for (const { channel, epoch, message } of messages) hub.offer(channel, epoch, message);
    } catch (error) {
      deps.onError(error);
    }
    waiting -= 1;
    advance(rows);
  }

  /** What did not come by the read is read for its channel. */
  function advance(rows: readonly Advance[]): void {
    for (const { channel, offset } of rows) hub.advance(channel, offset);
  }

  return {
    take(rows) {
      const behind = rows.filter(({ channel, offset }) => hub.isBehind(channel, offset));
      if (behind.length < MANY || waiting === WAITING_AT_MOST) {
        advance(rows);
        return;
      }
      waiting += 1;
      last = last.then(() => readAll(behind));
      advance(rows.filter(({ channel, offset }) => !hub.isBehind(channel, offset)));
    },
  };
}
