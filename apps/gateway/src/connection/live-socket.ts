import { CLOSE } from '@skelly/types/live';
import { WebSocket } from 'ws';
import type { FrameQueue } from './frame-joiner';

/** The message was too big (RFC 6455), as `ws` says it; clients learn it by our own code. */
const WS_TOO_BIG = 1009;

/**
 * A socket of `ws` beside which whole frames are written to the stream below it. Emits `ending`, with code and reason, when
 * this side ends the connection: by a rule of ours, or of WebSockets.
 */
export class LiveSocket extends WebSocket {
  /** What waits beside `ws`: it goes out before a close does, whoever began it. */
  outgoing: FrameQueue | undefined;

  override close(code?: number, reason?: string | Buffer): void {
    // Without a reason it is `ws` that closes; with one in bytes it repeats what the client said.
    const isTooBig = code === WS_TOO_BIG && reason === undefined;
    const [told, why] = isTooBig ? ([CLOSE.TOO_BIG, 'frame too big'] as const) : [code, reason];
    if (this.readyState === WebSocket.OPEN) {
      this.outgoing?.flush();
      if (told !== undefined && !Buffer.isBuffer(why)) this.emit('ending', told, why ?? 'broken framing');
    }
    super.close(told, why);
  }
}
