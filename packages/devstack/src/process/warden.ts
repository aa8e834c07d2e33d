import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Ends programs that cannot carry a tether when this process dies, however it dies. See lifeline/warden.mjs. */
export interface Warden {
  add(ward: { pid: number; signal: NodeJS.Signals; last: boolean }): void;
  remove(pid: number): void;
  /** To be called when every ward is gone. */
  close(): void;
}

/** Starts the warden's own small process at the first ward. */
export function createWarden(): Warden {
  let child: ReturnType<typeof spawn> | undefined;

  const start = () => {
    const started = spawn(process.execPath, [fileURLToPath(new URL('../lifeline/warden.mjs', import.meta.url))], {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // It must never keep a process alive that is otherwise done, and its loss is no reason to fail.
    started.unref();
    started.channel?.unref();
    started.on('error', () => {});
    return started;
  };
  const tell = (message: { add: unknown } | { remove: number }) => {
    if (child?.connected) child.send(message, () => {});
  };

  return {
    add(ward) {
      child ??= start();
      tell({ add: ward });
    },
    remove: (pid) => tell({ remove: pid }),
    close() {
      if (child?.connected) child.disconnect();
      child = undefined;
    },
  };
}
