export { createFollower, type Follower, type FollowerDependencies } from './follower';
export { createGapTracker, type GapTracker, type Range } from './gap-tracker';
export {
  openPositionReader,
  type Positioned,
  type PositionedTable,
  type PositionReader,
  type Queryable,
} from './position-reader';
