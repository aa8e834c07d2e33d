import { defineResponder } from '@skelly/events';
import { describeError } from '@skelly/types/errors';
import { systemMailCheck } from '@skelly/types/system';
import type { Mailer } from '../../mail/mailer';

// #region responder
/** Answers whether the mail server takes mail; a server that does not is an answer, and no failure. */
export function createMailCheck(ports: { readonly mailer: Pick<Mailer, 'check'> }) {
  return defineResponder({
    id: 'system.mail-check',
    on: systemMailCheck,
    async answer() {
      const startedAt = performance.now();
      const problem = await ports.mailer.check().then(
        () => null,
        (error) => describeError(error).message.slice(0, 500),
      );
      return { works: problem === null, problem, tookMs: Math.round(performance.now() - startedAt) };
    },
  });
}
// #endregion
