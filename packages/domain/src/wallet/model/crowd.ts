import { setTimeout as pause } from 'node:timers/promises';
import type { SourceProcess } from '@skelly/testkit';
import { type Answered, type Job, type JobAnswer, sameForm } from './job';
import type { ModelRequest } from './ledger-model';

/** Numbers from 0 up to, but not including, 1. */
type Random = () => number;

export interface CrowdOptions {
  /** Starts a till. */
  readonly start: () => SourceProcess;
  readonly tills: number;
  readonly clients: number;
  readonly operations: number;
  /** Tills that are killed with work in hand; each is replaced. */
  readonly kills: number;
  /** Breaks something else under the tills; called all the time. */
  readonly disturb: () => Promise<unknown>;
  readonly members: readonly string[];
  readonly random: Random;
}

export interface CrowdResult {
  readonly answered: readonly Answered[];
  readonly kills: number;
  /** Requests that got no answer and were sent again. */
  readonly lost: number;
  /** Answers that differ from the first one under their key. */
  readonly problems: readonly string[];
}

interface Till {
  process: SourceProcess;
  /** None until it is ready. */
  port: number | undefined;
  underWay: number;
}

/** Sends of one job at most, and looks for a till that is ready, before a run is given up. */
const MAX_SENDS = 3_000;

/** Clients ask tills, which are killed meanwhile, until each operation has its answer; some ask twice. */
export async function runCrowd(options: CrowdOptions): Promise<CrowdResult> {
  const { start, clients, operations, random } = options;
  const startTill = (): Till => {
    const till: Till = { process: start(), port: undefined, underWay: 0 };
    till.process.ready().then(
      (port) => {
        till.port = port;
      },
      () => undefined,
    );
    return till;
  };
  const tills = Array.from({ length: options.tills }, startTill);
  const answered: Answered[] = [];
  const problems: string[] = [];
  const holds: { id: string; owner: string; currency: string }[] = [];
  let asked = 0;
  let moment = 0;
  let lost = 0;
  let kills = 0;
  const tick = () => {
    moment += 1;
    return moment;
  };
  const draw = (count: number) => Math.floor(random() * count);

  async function send(job: Job): Promise<readonly JobAnswer[]> {
    for (let turn = 1; ; turn += 1) {
      const ready = tills.filter(({ port }) => port !== undefined);
      const till = ready[draw(ready.length)];
      if (!till) {
        await pause(10);
        continue;
      }
      till.underWay += 1;
      try {
        const response = await fetch(`http://127.0.0.1:${till.port}`, {
          method: 'POST',
          body: JSON.stringify(job),
        });
        const text = await response.text();
        if (response.ok) return JSON.parse(text) as JobAnswer[];
        if (turn >= MAX_SENDS) throw new Error(`no answer to ${JSON.stringify(job)}: ${text}`);
      } catch (error) {
        if (turn >= MAX_SENDS) throw error;
      } finally {
        till.underWay -= 1;
      }
      lost += 1;
      await pause(10 + draw(50));
    }
  }

  async function serve(): Promise<void> {
    while (asked < operations) {
      const isMany = draw(8) === 0;
      const requests = Array.from({ length: isMany ? 3 : 1 }, () => {
        asked += 1;
        return drawRequest(options, holds, `key-${asked}`);
      });
      const job = { requests, inUnit: draw(5) === 0 };
      const begun = tick();
      const answers = await send(job);
      const ended = tick();
      for (const [nth, request] of requests.entries()) {
        const answer = answers[nth] as JobAnswer;
        answered.push({ request, answer, begun, ended });
        if (request.kind === 'hold' && 'result' in answer)
          holds.push({ id: request.escrowId as string, owner: request.userId, currency: request.currency });
      }
      if (draw(6) > 0) continue;
      const again = await send({ ...job, inUnit: draw(5) === 0 });
      for (const [nth, answer] of again.entries())
        if (formOf(answer) !== formOf(answers[nth] as JobAnswer))
          problems.push(
            `${JSON.stringify(requests[nth])} was answered ${formOf(answers[nth] as JobAnswer)}, then ${formOf(answer)}`,
          );
    }
  }

  /** Each kill comes when its share of the work is done, and takes a till that has something in hand. */
  async function strike(): Promise<void> {
    while (kills < options.kills) {
      while (asked < ((kills + 1) * operations) / (options.kills + 1)) await pause(1);
      const nth = tills.findIndex(({ underWay }) => underWay > 1);
      const till = tills[nth];
      if (!till) {
        await pause(1);
        continue;
      }
      await pause(draw(8));
      till.process.kill();
      kills += 1;
      await till.process.exit();
      tills[nth] = startTill();
    }
  }

  async function disturb(): Promise<void> {
    while (asked < operations) {
      await pause(100 + draw(200));
      await options.disturb();
    }
  }

  try {
    await Promise.all([...Array.from({ length: clients }, serve), strike(), disturb()]);
  } finally {
    for (const { process } of tills) process.kill();
    await Promise.all(tills.map(({ process }) => process.exit()));
  }
  return { answered, kills, lost, problems };
}

function formOf(answer: JobAnswer): string {
  return 'result' in answer ? sameForm(answer.result) : answer.refused;
}

/** One that can be right; whether it is depends on what the others do. */
function drawRequest(
  { members, random }: CrowdOptions,
  holds: readonly { id: string; owner: string; currency: string }[],
  idempotencyKey: string,
): ModelRequest {
  const draw = (count: number) => Math.floor(random() * count);
  const member = () => members[draw(members.length)] as string;
  const about = {
    userId: member(),
    currency: draw(4) === 0 ? 'gems' : 'points',
    reason: 'adjustment',
    idempotencyKey,
  };
  const amount = 1 + draw(60);
  const turn = draw(100);
  // The latest are those that others go for as well.
  const hold = holds[holds.length - 1 - Math.min(draw(12), holds.length - 1)];
  if (turn >= 65 && hold) {
    const of = { ...about, userId: hold.owner, currency: hold.currency, escrowId: hold.id };
    if (turn < 78) return { ...of, kind: 'settle', modelId: member() };
    if (turn < 88) return { ...of, kind: 'refund' };
    return { ...of, kind: 'partial-settle', modelId: member(), settleAmount: 1 + draw(30) };
  }
  if (turn < 15) return { ...about, kind: 'credit', amount };
  if (turn < 25) return { ...about, kind: 'debit', amount };
  if (turn < 38) return { ...about, kind: 'transfer', amount, toUserId: member() };
  if (turn < 44) return { ...about, kind: 'transfer', amount, toUserId: member(), fromAccount: 'earnings' };
  return { ...about, kind: 'hold', amount, escrowId: crypto.randomUUID() };
}
