import type { Session } from '@skelly/domain/session';
import {
  malformedRequest,
  type OperationOptions,
  type OperationResult,
  WalletError,
  type WalletService,
} from '@skelly/domain/wallet';
import type { CommandIdentity } from '@skelly/events';
import type { AppError } from '@skelly/types/errors';
import type { OperationResponse } from '@skelly/types/wallet';
import type { Reply, Services } from '../../http/route';

/** Codes that every command about money may be answered with, by status. */
export const MONEY_ERRORS = {
  400: ['amount_invalid', 'currency_unknown', 'request_invalid'],
  409: ['wallet_frozen'],
  422: ['insufficient_funds', 'balance_too_high'],
} as const;

/** What limits refuse with. */
export const LIMIT_ERRORS = { 422: ['amount_limit'], 429: ['daily_limit', 'rate_limit'] } as const;

/** Joins codes by status. */
export function errorsOf(...lists: readonly Readonly<Record<number, readonly string[]>>[]): Record<number, string[]> {
  const joined: Record<number, string[]> = {};
  for (const list of lists)
    for (const [status, codes] of Object.entries(list))
      joined[Number(status)] = [...(joined[Number(status)] ?? []), ...codes];
  return joined;
}

/** How the wallet runs a command of a request: its key is the wallet's own, so that it commits with others. */
export function asCommand(request: {
  readonly command: CommandIdentity | null;
  readonly repeated: () => void;
}): OperationOptions {
  return { key: request.command ?? undefined, onRepeat: request.repeated };
}

/** An answer of the wallet. Its fields have one order, also when it was kept meanwhile: a repetition is the same to the byte. */
export function replyOf(result: OperationResult): Reply<OperationResponse> {
  const { transactionId, escrowId, amount, currency, availableBalance, escrowBalance, earningsBalance, walletVersion } =
    result;
  const balances = { availableBalance, escrowBalance, earningsBalance, walletVersion };
  return { status: 200, body: { transactionId, escrowId, amount, currency, ...balances } };
}

/** Of a route about money: has the wallet say what is wrong with its fields, and keep that it was asked. */
export function refusedBy(operation: string) {
  return async (
    request: { readonly error: AppError; readonly body: unknown; readonly session: Session },
    { wallets }: Services,
  ): Promise<AppError> => {
    const { error, body, session } = request;
    const answer = error.fields ? malformedRequest(error.fields) : error;
    const asked = typeof body === 'object' && body !== null ? body : {};
    await wallets.keepRefusal(operation, { ...asked, userId: session.userId }, answer);
    return answer;
  };
}

/** Runs what must hold before an operation, and keeps the refusal when it does not. */
export async function before<T>(
  wallets: WalletService,
  operation: string,
  asked: { readonly userId: string },
  check: () => Promise<T> | T,
): Promise<T> {
  try {
    return await check();
  } catch (error) {
    if (error instanceof WalletError) await wallets.keepRefusal(operation, asked, error);
    throw error;
  }
}
