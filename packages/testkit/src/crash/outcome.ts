import { GetQueueAttributesCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from '@skelly/devstack';
import type pg from 'pg';

// The audit of the ledger is due every 20 seconds, whatever members do: it is none of what is counted.
const AUDIT_DUE = `'wallet:audit.due'`;
const AUDIT_HANDLER = `'wallet.audit-ledger'`;

/** What must be true of the database at the end, each as a question whose answer is a number. */
const COUNTS = `select
  (select count(*) from users) as "users",
  (select count(*) from event_history where type = 'user:registered') as "user:registered events",
  (select count(*) from event_history where type = 'notification:created') as "notification:created events",
  (select count(*) from event_history where type <> ${AUDIT_DUE}) as "events",
  (select count(*) from notification) as "notifications",
  (select count(distinct user_id) from notification where category = 'welcome') as "members with a welcome",
  (select count(*) from user_preference) as "preference rows",
  (select coalesce(sum(value), 0) from analytics_counter where metric = 'registrations') as "registrations counted",
  (select count(*) from notification_inbox where unread = 1) as "inboxes with 1 unread",
  (select count(*) from push_message) as "messages pushed",
  (select count(*) from event_processing_log where status = 'finished' and handler <> ${AUDIT_HANDLER}) as "handlers finished",
  (select count(*) from event_history as event join event_route as route using (type) where route.retired_at is null
    and type <> ${AUDIT_DUE} and 1 <> (select count(*) from event_processing_log as done where done.event_id = event.event_id and done.handler = route.handler)
  ) as "deliveries not done exactly once",
  (select count(*) from event_processing_log where status = 'running' and handler <> ${AUDIT_HANDLER}) as "effects running",
  (select count(*) from event_outbox as pointer where not exists (
    select from event_history as event where event.event_id = pointer.event_id and event.type = ${AUDIT_DUE})) as "pointers in the outbox",
  (select count(*) from event_schedule where kind <> 'recurring') as "rows in the schedule",
  (select count(*) from event_dead_letter) as "dead letters",
  (select count(*) from event_attempt) as "attempts charged"`;

/** How the counts must be. */
function expectedCounts(members: number): Record<string, number> {
  return {
    users: members,
    'user:registered events': members,
    'notification:created events': members,
    events: 2 * members,
    notifications: members,
    'members with a welcome': members,
    'preference rows': members,
    'registrations counted': members,
    'inboxes with 1 unread': members,
    'messages pushed': 2 * members,
    'handlers finished': 4 * members,
    'deliveries not done exactly once': 0,
    'effects running': 0,
    'pointers in the outbox': 0,
    'rows in the schedule': 0,
    'dead letters': 0,
    'attempts charged': 0,
  };
}

/** What is not as it must be in the database, a line each. */
export async function checkCounts(db: pg.Pool, members: number): Promise<readonly string[]> {
  const { rows } = await db.query<Record<string, string | number>>(COUNTS);
  return Object.entries(expectedCounts(members)).flatMap(([what, expected]) => {
    const found = Number(rows[0]?.[what]);
    return found === expected ? [] : [`${what}: ${found}, not ${expected}`];
  });
}

/** Failed tries that were charged to a handler, for the report. */
export async function listAttempts(db: pg.Pool): Promise<readonly string[]> {
  const { rows } = await db.query<{ handler: string; error_message: string }>(
    'select handler, error_message from event_attempt order by failed_at limit 10',
  );
  return rows.map(({ handler, error_message }) => `charged to ${handler}: ${error_message}`);
}

/** The stack's queues and their dead-letter queues that are not empty, a line each. */
export interface QueueCheck {
  check(): Promise<readonly string[]>;
  close(): void;
}

export function createQueueCheck(stack: Stack): QueueCheck {
  const client = new SQSClient({
    region: stack.env['AWS_REGION'] ?? 'us-east-1',
    endpoint: stack.urls.sqs,
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    async check() {
      const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
      if (QueueUrls.length < 4) return [`only ${QueueUrls.length} queues`];
      const lines = await Promise.all(
        QueueUrls.map(async (QueueUrl) => {
          const { Attributes = {} } = await client.send(
            new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
          );
          const ready = Number(Attributes.ApproximateNumberOfMessages);
          const inFlight = Number(Attributes.ApproximateNumberOfMessagesNotVisible);
          return ready + inFlight === 0
            ? []
            : [`${QueueUrl.split('/').at(-1)}: ${ready} messages, ${inFlight} in flight`];
        }),
      );
      return lines.flat();
    },
    close: () => client.destroy(),
  };
}
