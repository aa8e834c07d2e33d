export { BEFORE_FIRST, readLogPosition, readStreamPosition } from './stream-position';
