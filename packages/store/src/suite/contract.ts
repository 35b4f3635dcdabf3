import type { ContractCase } from './contract-case.js';
import { historyCases } from './history-cases.js';
import { leadingCases } from './leading-cases.js';
import { readingCases } from './reading-cases.js';
import { watchingCases } from './watching-cases.js';
import { writingCases } from './writing-cases.js';

/**
 * The contract of `Store` as cases, to be run by every implementation, each on a fresh store.
 *
 * @example
 * for (const { name, run } of storeContract) test(`a store ${name}`, () => withStore(run));
 */
export const storeContract: readonly ContractCase[] = [
  ...readingCases,
  ...writingCases,
  ...watchingCases,
  ...historyCases,
  ...leadingCases,
];
