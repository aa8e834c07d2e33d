export {
  connectionConfig,
  createDatabase,
  type Database,
  type DatabaseOptions,
  type Queries,
} from './database';
export { describeSchema } from './describe-schema';
export { isContention, isOfDatabase, isUnavailable, sqlState, violatedConstraint } from './errors';
export { migrate } from './migrate';
export { ensurePartitions } from './partitions';
export { prepare } from './prepare';
export { createDatabaseProbe, type DatabaseProbe } from './probe';
export {
  detachPartition,
  dropPartition,
  listPartitions,
  type Partition,
  reattachPartition,
  siblingName,
} from './retired-partitions';
export * from './schema/dead-letters';
export * from './schema/events';
export * from './schema/ledger';
export * from './schema/ledger-audit';
export * from './schema/marketplace';
export * from './schema/members';
export * from './schema/operations';
export * from './schema/presence';
export * from './schema/push';
export * from './schema/query';
export * from './schema/replay';
export * from './schema/rooms';
export * from './schema/system';
export { backboneTableNames, tableNames } from './schema/tables';
