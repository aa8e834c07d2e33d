import { measureSdk, sdkEntries } from './index';

/** Bytes of an entry, gzipped. */
const LIMITS: Readonly<Record<string, number>> = { './analytics': 3_000 };
const LIMIT = 8_000;

describe('the SDK in a browser', () => {
  it.each(sdkEntries)('is small and brings no library along: %s', async (entry) => {
    const { bytes, libraries } = await measureSdk(entry);
    const limit = LIMITS[entry] ?? LIMIT;
    process.stdout.write(`${entry}: ${bytes} of ${limit} bytes\n`);
    expect(libraries).toEqual([]);
    expect(bytes).toBeLessThan(limit);
  });
});
