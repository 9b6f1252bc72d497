/** Node 24 strips the types itself, so the tests run as they are written: no transform. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  clearMocks: true,
  testTimeout: 60_000,
};
