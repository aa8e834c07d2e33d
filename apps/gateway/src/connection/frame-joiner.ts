/** Where joined frames go: one socket. */
export interface FrameSink {
  /** Writes whole frames, in order. The bytes may be shared with other sinks. */
  write(frames: Buffer): void;
}

/** Frames for one sink that have not been written yet. */
export interface FrameQueue {
  /** Bytes that wait for the end of this turn of the event loop. */
  readonly bytes: number;
  add(frame: Buffer): void;
  /** Writes what waits, now. */
  flush(): void;
}

/**
 * Joins the frames of one turn of the event loop: each sink gets one write, and sinks that get the same frames in the same
 * order share the joined bytes. A write costs the kernel more than a frame does, so this is what fan-out depends on; when
 * nothing else happens a frame leaves in the turn in which it came.
 */
export interface FrameJoiner {
  queueFor(sink: FrameSink): FrameQueue;
}

/**
 * A sequence of frames, in a tree whose paths are the sequences of this turn: two sinks that were given the same frames
 * stand at the same node.
 */
class FrameRun {
  readonly bytes: number;
  #joined: Buffer | undefined;
  #next: FrameRun | undefined;
  #others: Map<Buffer, FrameRun> | undefined;

  constructor(
    readonly before: FrameRun | undefined,
    readonly frame: Buffer,
  ) {
    this.bytes = (before?.bytes ?? 0) + frame.length;
  }

  followedBy(frame: Buffer): FrameRun {
    const next = this.#next;
    if (next?.frame === frame) return next;
    return this.#branch(frame);
  }

  #branch(frame: Buffer): FrameRun {
    const known = this.#others?.get(frame);
    if (known) return known;
    const run = new FrameRun(this, frame);
    if (this.#next) {
      this.#others ??= new Map();
      this.#others.set(frame, run);
    } else this.#next = run;
    return run;
  }

  get joined(): Buffer {
    this.#joined ??= this.before ? this.#join() : this.frame;
    return this.#joined;
  }

  #join(): Buffer {
    const frames: Buffer[] = [];
    for (let run: FrameRun | undefined = this; run; run = run.before) frames.push(run.frame);
    return Buffer.concat(frames.reverse(), this.bytes);
  }
}

export function createFrameJoiner(): FrameJoiner {
  /** First frames of this turn. */
  let firsts = new Map<Buffer, FrameRun>();
  let last: FrameRun | undefined;
  let waiting: FrameQueue[] = [];

  function firstRun(frame: Buffer): FrameRun {
    if (last?.frame === frame) return last;
    let run = firsts.get(frame);
    if (!run) {
      run = new FrameRun(undefined, frame);
      firsts.set(frame, run);
    }
    last = run;
    return run;
  }

  function flushAll(): void {
    const queues = waiting;
    waiting = [];
    firsts = new Map();
    last = undefined;
    for (const queue of queues) queue.flush();
  }

  return {
    queueFor(sink) {
      let run: FrameRun | undefined;
      const queue: FrameQueue = {
        get bytes() {
          return run?.bytes ?? 0;
        },
        add(frame) {
          if (run) {
            run = run.followedBy(frame);
            return;
          }
          run = firstRun(frame);
          if (waiting.push(queue) === 1) setImmediate(flushAll);
        },
        flush() {
          const frames = run?.joined;
          run = undefined;
          if (frames) sink.write(frames);
        },
      };
      return queue;
    },
  };
}
