export { ChartCard } from './chart-card';
export { StatementCard } from './statement-card';
