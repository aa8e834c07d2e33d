import type { EmitOptions } from '@skelly/events';
import type { EventContract, EventData } from '@skelly/types/event';
import {
  balanceUpdated,
  DEFAULT_CURRENCY,
  escrowHeld,
  escrowPartiallySettled,
  escrowRefunded,
  escrowSettled,
  ledgerEntryCreated,
} from '@skelly/types/wallet';

/** What a caller may leave out: the default currency, a version that is not known, and what the operation is not for. */
type Implied = 'currency' | 'walletVersion' | 'queueItemId' | 'featureType';

/** What an event of a wallet says; its idempotency key names the emission, not the event's content. */
export type WalletEventInput<C extends EventContract> = Omit<EventData<C>, Implied> &
  Partial<Pick<EventData<C>, Implied & keyof EventData<C>>> & { readonly idempotencyKey?: string };

/** Told of what is published: of the ledger's own groups when they have committed, of a unit of work of others when it is handed to it. */
export interface WalletEventMetrics {
  count(metric: 'WALLET_EVENT_PUBLISHED' | 'WALLET_EVENT_PUBLISH_ERROR', type: string): void;
}

/**
 * A typed method for each event of a wallet.
 *
 * @typeParam Answer - what emitting answers: an id in a unit of work, a promise of one outside.
 */
export interface WalletEventPublisher<Answer> {
  /** Funds went from available to escrow. */
  publishEscrowHeld(given: WalletEventInput<typeof escrowHeld>): Answer;
  /** Funds went from escrow to the creator's earnings. */
  publishEscrowSettled(given: WalletEventInput<typeof escrowSettled>): Answer;
  /** Funds went back from escrow to available. */
  publishEscrowRefunded(given: WalletEventInput<typeof escrowRefunded>): Answer;
  /** Of the funds a part went to the creator, the rest back. */
  publishEscrowPartialSettled(given: WalletEventInput<typeof escrowPartiallySettled>): Answer;
  /** What a wallet holds has changed. */
  publishBalanceUpdated(given: WalletEventInput<typeof balanceUpdated>): Answer;
  /** A transfer was recorded. */
  publishLedgerEntryCreated(given: WalletEventInput<typeof ledgerEntryCreated>): Answer;
}

/** Emits a wallet's event: `work.emit` in a unit of work, or `emitEvent` outside one. */
export type EmitWalletEvent<Answer> = <C extends EventContract>(
  contract: C,
  data: EventData<C>,
  options: EmitOptions,
) => Answer;

/** Keeps what a unit of work publishes until it has committed; what cannot be published is told at once. */
export interface UnitCounts extends WalletEventMetrics {
  /** The unit has committed: tells what it has published. */
  committed(): void;
}

export function countWhenCommitted(metrics: WalletEventMetrics): UnitCounts {
  const published: string[] = [];
  return {
    count(metric, type) {
      if (metric === 'WALLET_EVENT_PUBLISHED') published.push(type);
      else metrics.count(metric, type);
    },
    committed() {
      for (const type of published) metrics.count('WALLET_EVENT_PUBLISHED', type);
    },
  };
}

const NOBODY: WalletEventMetrics = { count: () => undefined };

/**
 * @param metrics is told of each event that was published, and of each that was not.
 * @throws what `emit` throws, from every method.
 */
export function createWalletEventPublisher<Answer>(
  emit: EmitWalletEvent<Answer>,
  metrics: WalletEventMetrics = NOBODY,
): WalletEventPublisher<Answer> {
  const publish = <C extends EventContract>(contract: C) => {
    const published = <T>(answer: T): T => {
      metrics.count('WALLET_EVENT_PUBLISHED', contract.type);
      return answer;
    };
    const failed = (error: unknown): never => {
      metrics.count('WALLET_EVENT_PUBLISH_ERROR', contract.type);
      throw error;
    };
    return ({ idempotencyKey, ...given }: WalletEventInput<C>): Answer => {
      const data = {
        currency: DEFAULT_CURRENCY,
        walletVersion: 0,
        queueItemId: null,
        featureType: null,
        ...given,
      } as unknown as EventData<C>;
      let answer: Answer;
      try {
        answer = emit(contract, data, idempotencyKey === undefined ? {} : { idempotencyKey });
      } catch (error) {
        return failed(error);
      }
      return answer instanceof Promise ? (answer.then(published, failed) as Answer) : published(answer);
    };
  };
  return {
    publishEscrowHeld: publish(escrowHeld),
    publishEscrowSettled: publish(escrowSettled),
    publishEscrowRefunded: publish(escrowRefunded),
    publishEscrowPartialSettled: publish(escrowPartiallySettled),
    publishBalanceUpdated: publish(balanceUpdated),
    publishLedgerEntryCreated: publish(ledgerEntryCreated),
  };
}
