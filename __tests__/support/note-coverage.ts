/**
 * Set up after the environment of every test file by scripts/test/coverage.ts: jest may end its workers before they
 * could.
 */
import { takeCoverage } from 'node:v8';
import { afterAll } from '@jest/globals';

afterAll(() => takeCoverage());
