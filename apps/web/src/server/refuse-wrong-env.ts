import { readEnv, WebEnvError } from '../env';

/** Ends the process, with every problem listed, when its environment is not what it needs. */
export function refuseWrongEnv(): void {
  try {
    readEnv();
  } catch (error) {
    console.error(error instanceof WebEnvError ? error.message : error);
    process.exit(1);
  }
}
