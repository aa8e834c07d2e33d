import { withEventContext } from '../context';
import type { Log } from '../log';
import { orAbort } from '../or-abort';
import { isCarriable } from '../unit-of-work/validate';
import { QueryRefused } from './errors';
import { checkReply, inWords, type QuestionMessage } from './question';
import type { Reply } from './replies';
import type { Responder } from './responder';

/**
 * Has a responder answer a question whose data has been checked, and checks the answer. Never throws: what goes wrong is a reply
 * as well, with nothing of the responder's inside in it.
 *
 * @param asked.leftMs milliseconds for which somebody still waits.
 */
export async function answer(
  { log }: { readonly log: Log },
  responder: Responder,
  asked: { readonly question: Omit<QuestionMessage, 'deadline'>; readonly leftMs: number },
): Promise<Reply> {
  const { question: id, data, sourceModule, actor, correlationId, traceparent } = asked.question;
  const fields = { responder: responder.id, query: responder.on.type, question: id, correlationId };
  const timeoutMs = Math.max(1, Math.ceil(Math.min(asked.leftMs, responder.timeoutMs ?? asked.leftMs)));
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const given = await orAbort(
      withEventContext({ actor, correlationId, causationId: null, traceparent }, async () =>
        responder.answer(data, { id, sourceModule, actor, correlationId, signal }),
      ),
      signal,
    );
    const checked = checkReply(responder.on, given);
    if ('json' in checked) return { json: checked.json };
    log.error({ ...fields, issues: inWords(checked.issues) }, 'an answer does not satisfy its query');
    const message = `What answers ${responder.on.type} gave something that the query does not allow.`;
    return { error: { code: 'query_reply_invalid', message } };
  } catch (error) {
    if (error instanceof QueryRefused && isCarriable(JSON.stringify([error.code, error.message])))
      return { error: { code: 'query_refused', message: error.message, reason: error.code } };
    if (signal.aborted) {
      log.warn({ ...fields, timeoutMs }, 'a question was not answered in time');
      const message = `What answers ${responder.on.type} did not do so within ${timeoutMs} ms.`;
      return { error: { code: timeoutMs < asked.leftMs ? 'query_responder_failed' : 'query_timeout', message } };
    }
    log.error({ ...fields, err: error }, 'a question could not be answered');
    return {
      error: { code: 'query_responder_failed', message: `What answers ${responder.on.type} failed. Try again later.` },
    };
  }
}
