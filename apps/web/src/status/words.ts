import type { SystemHealth, SystemPart } from '@skelly/types/system';

const forOperators: Record<SystemPart, string> = {
  api: 'no api is ready',
  gateway: 'no gateway is ready',
  relay: 'no relay is ready',
  worker: 'no worker is ready',
  delivery: 'events wait to be worked on',
  handlers: 'circuit breakers are open',
  errors: 'many events become dead letters',
  watch: 'nobody watches the system',
};

interface Reader {
  readonly isOperator: boolean;
  /** How the page stands with its gateway. */
  readonly connection: 'connecting' | 'live' | 'offline';
}

/**
 * What to say of the system's health: plain words for members, the parts for operators; undefined for nothing. Where the page
 * itself is offline its dot says so, and what it last heard is old; where it is live, that says more of gateways than any report.
 */
export function healthWords(health: SystemHealth | null, reader: Reader): string | undefined {
  if (!health || reader.connection === 'offline') return undefined;
  const parts = health.parts.filter((part) => part !== 'gateway' || reader.connection !== 'live');
  if (parts.length === 0) return undefined;
  if (!reader.isOperator) return 'Some things take longer than usual. Nothing is lost.';
  return `Degraded: ${parts.map((part) => forOperators[part]).join(', ')}.`;
}
