import type pg from 'pg';
import { assertRolledBack, hasOpenTransaction, heldTransactions } from '../backends';
import { type MailSink, mailIdOf } from '../mail-sink';
import type { Target } from '../strike';

const APP = 'skelly-worker';
const RUNNING = `select event_id as "eventId", handler, run from event_processing_log where status = 'running' and worker like '%:' || $1`;

interface Lease {
  readonly eventId: string;
  readonly handler: string;
}

/**
 * The worker, killed by turns over a handler's open transaction and over an effect's lease; best over one whose mail is out,
 * so that it must be sent again.
 */
export function createWorkerTarget(deps: { db: pg.Pool; mails: MailSink; pid: () => number | null }): Target {
  const { db, mails } = deps;
  const runningLeases = async () =>
    (await db.query<Lease>({ name: 'leases', text: RUNNING, values: [deps.pid()] })).rows;

  return {
    service: 'worker',
    isBusy: async () => (await runningLeases()).length > 0 || hasOpenTransaction(db, APP),
    async look(kill) {
      const sent = new Set((await mails.latest()).map(({ messageId }) => messageId));
      const transactions = await heldTransactions(db, APP);
      const leases = await runningLeases();
      if (transactions.length + leases.length === 0) return null;
      const mailed = leases.filter(({ eventId }) => sent.has(mailIdOf(eventId)));
      return {
        what: `transactions open: ${transactions.length}, mails under way: ${leases.length}, of these out: ${mailed.length}`,
        isPrize: kill % 2 === 1 ? mailed.length > 0 : transactions.length > 0,
        async prove() {
          const left = leases.length > 0 ? await stillRunning(leases) : 0;
          if (left !== leases.length) throw new Error(`${leases.length - left} mails were finished after the kill`);
          await assertRolledBack(db, transactions);
          return 'rolled back or left under way, and done by the next';
        },
      };
    },
  };

  async function stillRunning(leases: readonly Lease[]): Promise<number> {
    const { rowCount } = await db.query(
      "select from event_processing_log where status = 'running' and event_id = any ($1)",
      [leases.map(({ eventId }) => eventId)],
    );
    return rowCount ?? 0;
  }
}
