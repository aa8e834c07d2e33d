export { findEventWay, listEvents } from './events';
export { readOverview } from './overview';
