import { createDefaultEsmPreset } from 'ts-jest';

const preset = createDefaultEsmPreset({ tsconfig: 'tsconfig.json', diagnostics: false });

export default {
  // Processes and workers are slow to start on a busy machine; no test asserts on time.
  testTimeout: 120_000,
  ...preset,
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/cli/setup.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  maxWorkers: 2,
};
