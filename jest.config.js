/** Node 24 strips the types itself, so the tests run as they are written: no transform. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['<rootDir>/__tests__/support/forget-subscribers.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  clearMocks: true,
  // jest leaves a core to itself otherwise, and on two cores that is half of them.
  maxWorkers: '100%',
  testTimeout: 120_000,
};
