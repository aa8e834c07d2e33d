export { type ContractFiles, type ContractProblem, checkContracts } from './check';
export { type ContractSchema, contractSchema, fileOf } from './contract-schema';
