/** A program that the harness runs: what it can be told to do, and how it ends. */
export interface Contender {
  readonly commands?: Readonly<Record<string, (argument: never) => Promise<unknown>>>;
  stop(): Promise<void>;
}

export interface Request {
  readonly id: number;
  readonly command: string;
  readonly argument: unknown;
}

export type Reply =
  | { readonly ready: true }
  | { readonly id: number; readonly result?: unknown; readonly error?: string };

/**
 * Makes this process a contender: starts it with the JSON argument of its command line, says that it is ready, then
 * answers commands until SIGTERM. Any failure ends it with 1 and its stack on stderr.
 */
export function serveContender<Argument>(start: (argument: Argument) => Promise<Contender>): void {
  const tell = (reply: Reply) => process.send?.(reply);
  // The tether lets a program end that has nothing left to do; this one waits for commands.
  process.channel?.ref();
  start(JSON.parse(process.argv[2] ?? '{}') as Argument).then((contender) => {
    process.on('message', ({ id, command, argument }: Request) => {
      const run = contender.commands?.[command];
      const running = run ? run(argument as never) : Promise.reject(new Error(`There is no command ${command}.`));
      running.then(
        (result) => tell({ id, result }),
        (error: Error) => tell({ id, error: error.stack ?? String(error) }),
      );
    });
    process.once('SIGTERM', () => {
      contender.stop().then(() => process.exit(0), fail);
    });
    tell({ ready: true });
  }, fail);
}

function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}
