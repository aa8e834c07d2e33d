import { parseArgs } from 'node:util';
import type { Mode } from '../stack/environment';

export interface Arguments {
  mode: Mode;
  fresh: boolean;
  localstack: boolean;
  portBase: string | undefined;
  help: boolean;
}

export const usage = `Usage: npm start [-- OPTIONS]      everything, built
       npm run dev [-- OPTIONS]    everything from source, watched

  --fresh          remove all data first
  --port-base N    first of the ports (default SKELLY_PORT_BASE or 4400)
  --localstack     use LocalStack for SQS: with Docker if there is an engine, else its Python package
  --help           this text`;

/**
 * Reads the command line.
 *
 * @throws Error that names what is wrong with it.
 */
export function readArguments(words: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      fresh: { type: 'boolean', default: false },
      localstack: { type: 'boolean', default: false },
      'port-base': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [mode = 'start', ...rest] = positionals;
  if (rest.length > 0 || (mode !== 'start' && mode !== 'dev'))
    throw new Error(`Unknown command: ${positionals.join(' ')}`);
  return { mode, fresh: values.fresh, localstack: values.localstack, portBase: values['port-base'], help: values.help };
}
