import { availableParallelism, cpus, totalmem } from 'node:os';

/** What the figures were taken on. */
export function describeMachine(postgres: {
  version: string;
  settings: Readonly<Record<string, string>>;
}): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    postgres: postgres.version,
    ...postgres.settings,
  };
}
