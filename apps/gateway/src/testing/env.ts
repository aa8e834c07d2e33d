/** How long the streams are tested against the model, in seconds, and by which seed; drawn when none is given. */
export function readModelRun(): { seconds: number; seed: number } {
  const { STREAM_MODEL_SECONDS = '20', STREAM_MODEL_SEED } = process.env;
  const seed = STREAM_MODEL_SEED ? Number(STREAM_MODEL_SEED) : Math.floor(Math.random() * 2 ** 32);
  return { seconds: Number(STREAM_MODEL_SECONDS), seed };
}
