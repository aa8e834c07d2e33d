import { startStack } from './start-stack';

// A supervisor of its own for tests that kill it: services only, none of our apps.
const { dataDir, portBase } = JSON.parse(process.argv[2] ?? '{}') as { dataDir: string; portBase: number };
await startStack({ dataDir, portBase, mode: 'start', apps: [], build: false, migrate: false });
console.log('ready');
