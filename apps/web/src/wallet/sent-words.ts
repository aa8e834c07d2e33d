import type { Transfer } from './transfers';

/** Whether a transfer went through, by this try or by one before. */
export function isSent({ state }: Transfer): boolean {
  return state === 'sent' || state === 'before';
}

/** How a transfer goes that has not failed; nothing in its first moment. */
export function sentWords({ state, to }: Transfer): string {
  switch (state) {
    case 'sent':
      return `Sent. ${to.displayName} has it.`;
    case 'before':
      return `It had been sent already, by your first try. ${to.displayName} has it once.`;
    case 'slow':
      return 'On its way…';
    case 'sending':
    case 'failed':
      return '';
  }
}
