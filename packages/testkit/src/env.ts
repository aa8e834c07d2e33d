/** The environment of this process, for handing on to others. */
export function processVariables(): NodeJS.ProcessEnv {
  return process.env;
}
