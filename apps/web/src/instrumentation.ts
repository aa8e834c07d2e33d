/** Runs once when the server starts, and never while building. */
export async function register(): Promise<void> {
  // biome-ignore lint/style/noProcessEnv: the bundler replaces it, and leaves the import out of every other runtime
  if (process.env.NEXT_RUNTIME === 'nodejs') {
    const { refuseWrongEnv } = await import('./server/refuse-wrong-env');
    refuseWrongEnv();
  }
}
