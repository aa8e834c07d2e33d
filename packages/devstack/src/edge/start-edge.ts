import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processVariables, type Variables } from '../env';
import { type Program, sourceProgram } from '../process/program';
import { startProgram } from '../process/start-program';
import type { EdgeOptions } from './edge';

/** How the edge is run. */
export function edgeProgram(options: EdgeOptions, env: Variables): Program {
  return sourceProgram(new URL('./main.ts', import.meta.url), options, env);
}

/** Starts an edge in its own process, before upstreams that are given by their ports on 127.0.0.1. */
export async function startEdge(
  options: Omit<EdgeOptions, 'port'> & { port?: number },
): Promise<{ url: string; stop(): Promise<void> }> {
  const log = join(mkdtempSync(join(tmpdir(), 'skelly-edge-')), 'edge.log');
  const { ports, stop } = await startProgram(edgeProgram({ port: 0, ...options }, processVariables()), log);
  return { url: `http://localhost:${ports['edge']}`, stop };
}
