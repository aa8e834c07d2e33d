/** Dependencies that ship ES modules only; Jest runs CommonJS, so they are compiled like our own sources. */
const esmOnly = ['cookie', 'httpxy', 'postal-mime', 'rou3', 'uuid'];

const base = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.(m?[jt]sx?)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/\\.pnpm/(?!(${esmOnly.join('|')})@)`],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.next/', '/\\.skelly/', '\\.e2e\\.test\\.'],
  modulePathIgnorePatterns: ['/dist/', '/\\.next/', '/\\.skelly/'],
  setupFilesAfterEnv: ['<rootDir>/packages/testkit/src/jest/repeat.ts'],
};

export default {
  // Twice what the slowest takes on two cores that others use too.
  testTimeout: 60_000,
  // Three for two cores, as many tests wait for processes and queues.
  maxWorkers: 3,
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/*.test.ts', '**/*.test.tsx'],
      testPathIgnorePatterns: [...base.testPathIgnorePatterns, '\\.(int|sqs)\\.test\\.'],
    },
    {
      ...base,
      displayName: 'int',
      testMatch: ['**/*.int.test.ts', '**/*.sqs.test.ts'],
      globalSetup: '<rootDir>/packages/testkit/src/jest/global-setup.ts',
      globalTeardown: '<rootDir>/packages/testkit/src/jest/global-teardown.ts',
    },
  ],
};
