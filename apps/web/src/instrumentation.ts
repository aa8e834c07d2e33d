/** Runs once when the server starts, and never while building. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] === 'nodejs') {
    const { refuseWrongEnv } = await import('./server/refuse-wrong-env');
    refuseWrongEnv();
  }
}
