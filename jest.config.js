import { availableParallelism } from 'node:os';

/** Node 24 strips the types itself, so the tests run as they are written: no transform. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['<rootDir>/__tests__/support/forget-subscribers.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  clearMocks: true,
  testSequencer: '<rootDir>/scripts/test/longest-first.js',
  // More than there are processors, since many tests wait for clocks and servers.
  maxWorkers: availableParallelism() + 2,
  testTimeout: 120_000,
};
