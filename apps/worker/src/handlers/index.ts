import type { WalletService } from '@skelly/domain/wallet';
import type { HandlerMap } from '@skelly/events';
import type { Catalog } from '@skelly/types/events';
import { createExpireRequest } from './marketplace/expire-request';
import { createPayUnconfirmed } from './marketplace/pay-unconfirmed';
import { createTellOfStep } from './marketplace/tell-of-step';
import { createNotificationMail } from './notification/mail';
import { countInteractions } from './ui/count-interactions';
import { countRegistration } from './user/count-registration';
import { initializePreferences } from './user/initialize-preferences';
import { createRoleNotification } from './user/role-notification';
import { createSignInNotification } from './user/sign-in-notification';
import { createWelcomeMail, type WelcomeMailPort } from './user/welcome-mail';
import { createWelcomeNotification } from './user/welcome-notification';
import { heldActivity, partiallySettledActivity, refundedActivity, settledActivity } from './wallet/activity';
import { heldAnalytics, partiallySettledAnalytics, refundedAnalytics, settledAnalytics } from './wallet/analytics';
import { createAuditLedger } from './wallet/audit-ledger';
import { createEarningsNotification, createPartialEarningsNotification } from './wallet/earnings-notification';
import { createExpireHold } from './wallet/expire-hold';

/** What the handlers need from outside. */
export type HandlerPorts = WelcomeMailPort & {
  /** Moves money in the units of work of handlers. */
  readonly wallets: WalletService;
  /** Whether events stay in the history once they are handled. */
  readonly keepsHistory: boolean;
};

/** Which handlers each event goes to. A contract whose handling is required and that is missing here does not compile. */
export function createHandlers(ports: HandlerPorts): HandlerMap<Catalog> {
  return {
    'user:registered': [
      createWelcomeNotification(ports),
      createWelcomeMail(ports),
      initializePreferences,
      countRegistration,
    ],
    'ui:interaction': [countInteractions],
    'user:logged.in': [createSignInNotification(ports)],
    'user:role.changed': [createRoleNotification(ports)],
    'notification:mail.requested': [createNotificationMail(ports)],
    'wallet:escrow.held': [heldActivity, heldAnalytics],
    'wallet:escrow.settled': [settledActivity, createEarningsNotification(ports), settledAnalytics],
    'wallet:escrow.refunded': [refundedActivity, createExpireRequest(ports), refundedAnalytics],
    'wallet:escrow.partially-settled': [
      partiallySettledActivity,
      createPartialEarningsNotification(ports),
      partiallySettledAnalytics,
    ],
    'wallet:escrow.expired': [createExpireHold(ports)],
    'wallet:audit.due': [createAuditLedger(ports)],
    'marketplace:request.moved': [createTellOfStep(ports)],
    'marketplace:request.confirmation-due': [createPayUnconfirmed(ports)],
  };
}
