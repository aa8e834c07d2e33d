import type { Counts } from '../counts';

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

/** @param counts - its `frames` grow by each frame that is added */
export function createFrameJoiner(counts: Pick<Counts, 'frames'>): FrameJoiner {
  return new TurnJoiner(counts);
}

class TurnJoiner implements FrameJoiner {
  readonly counts: Pick<Counts, 'frames'>;
  /** First frames of this turn. */
  #firsts = new Map<Buffer, FrameRun>();
  #last: FrameRun | undefined;
  #waiting: FrameQueue[] = [];

  constructor(counts: Pick<Counts, 'frames'>) {
    this.counts = counts;
  }

  queueFor(sink: FrameSink): FrameQueue {
    return new TurnQueue(this, sink);
  }

  /** The run of a queue that has none yet; it is flushed at the end of the turn. */
  begin(queue: FrameQueue, frame: Buffer): FrameRun {
    if (this.#waiting.push(queue) === 1) setImmediate(() => this.#flushAll());
    if (this.#last?.frame === frame) return this.#last;
    let run = this.#firsts.get(frame);
    if (!run) {
      run = new FrameRun(undefined, frame);
      this.#firsts.set(frame, run);
    }
    this.#last = run;
    return run;
  }

  #flushAll(): void {
    const queues = this.#waiting;
    this.#waiting = [];
    this.#firsts = new Map();
    this.#last = undefined;
    for (const queue of queues) queue.flush();
  }
}

/** A class, because there is one for every connection: closures would take several times the memory. */
class TurnQueue implements FrameQueue {
  readonly #joiner: TurnJoiner;
  readonly #sink: FrameSink;
  #run: FrameRun | undefined;

  constructor(joiner: TurnJoiner, sink: FrameSink) {
    this.#joiner = joiner;
    this.#sink = sink;
  }

  get bytes(): number {
    return this.#run?.bytes ?? 0;
  }

  add(frame: Buffer): void {
    this.#joiner.counts.frames += 1;
    this.#run = this.#run ? this.#run.followedBy(frame) : this.#joiner.begin(this, frame);
  }

  flush(): void {
    const frames = this.#run?.joined;
    this.#run = undefined;
    if (frames) this.#sink.write(frames);
  }
}
