export { publishAnnouncement, withdrawAnnouncement } from './announcement';
export { startHeartbeat } from './heartbeat';
export { readSystemStatus } from './status';
export { startStatusWatch, watchOnce } from './watch';
