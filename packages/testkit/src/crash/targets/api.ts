import type pg from 'pg';
import { eventually } from '../../eventually';
import type { Crowd } from '../crowd';
import type { Target } from '../strike';

/** The api, killed over requests that it has not answered; best over one that it has carried out. */
export function createApiTarget({ db, crowd }: { db: pg.Pool; crowd: Crowd }): Target {
  const { registrar } = crowd;
  return {
    service: 'api',
    isBusy: async () => registrar.inFlight.size > 0,
    async look() {
      const unanswered = [...registrar.inFlight];
      if (unanswered.length === 0) return null;
      const emails = unanswered.map(({ email }) => email);
      const { rowCount: committed } = await db.query('select from users where email = any ($1)', [emails]);
      return {
        what: `${unanswered.length} requests unanswered, ${committed ?? 0} of them committed`,
        isPrize: committed !== 0,
        async prove() {
          await eventually('the end of the requests', () => unanswered.every(({ outcome }) => outcome !== undefined));
          const answered = unanswered.filter(({ outcome }) => outcome === 'answered');
          if (answered.length > 0) throw new Error(`${answered.length} requests were answered by the killed process`);
          const isIn = (email: string) => crowd.followers.some((follower) => follower.email === email);
          await eventually('the answers to the retries', () => emails.every(isIn), { withinMs: 60_000 });
          return 'all failed, and were answered when sent again';
        },
      };
    },
  };
}
