import { CLOSE } from '@skelly/types/live';
import { WebSocket } from 'ws';
import type { FrameQueue } from './frame-joiner';

/** The message was too big (RFC 6455), as `ws` says it; clients learn it by our own code. */
const WS_TOO_BIG = 1009;

/** A socket of `ws` beside which whole frames are written to the stream below it. */
export class LiveSocket extends WebSocket {
  /** What waits beside `ws`: it goes out before a close does, whoever began it. */
  outgoing: FrameQueue | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    if (this.readyState === WebSocket.OPEN) this.outgoing?.flush();
    // Without a reason it is `ws` that closes; with one it repeats what the client said.
    if (code === WS_TOO_BIG && reason === undefined) super.close(CLOSE.TOO_BIG, 'frame too big');
    else super.close(code, reason);
  }
}
