import { createTestBackbone as createBackbone, type TestBackbone, type TestBackboneOptions } from '@skelly/testkit';
import { findTestContract } from './contracts';

export type { TestBackbone } from '@skelly/testkit';

/** A backbone with the contracts of these tests. */
export function createTestBackbone(options: TestBackboneOptions = {}): Promise<TestBackbone> {
  return createBackbone({ findContract: findTestContract, ...options });
}
