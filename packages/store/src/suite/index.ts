export { ContractViolation } from './check.js';
export { storeContract } from './contract.js';
export { type ContractCase } from './contract-case.js';
export { runDifferential, type DifferentialOptions } from './differential.js';
