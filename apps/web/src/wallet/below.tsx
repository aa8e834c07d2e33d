export { Chart } from './chart';
export { StatementCard } from './statement-card';
