import type { OperationOptions, WalletService } from '../wallet-service';
import type { ModelRequest } from './ledger-model';

/** Asks a service for what a model was asked for. */
export function ask(wallets: WalletService, request: ModelRequest, options: OperationOptions): Promise<unknown> {
  const { kind, ...given } = request;
  const methods = {
    credit: wallets.credit,
    debit: wallets.debit,
    transfer: wallets.transfer,
    hold: wallets.holdInEscrow,
    settle: wallets.settleEscrow,
    refund: wallets.refundEscrow,
    'partial-settle': wallets.partialSettleEscrow,
  } as const;
  return (methods[kind] as (given: unknown, options: OperationOptions) => Promise<unknown>).call(
    wallets,
    given,
    options,
  );
}
