import { createEmitGroups } from './emit-groups';
import type { PreparedEmit } from './prepare';

/** What Postgres says when it refuses. */
const refusal = Object.assign(new Error('refused'), { code: '23514', severity: 'ERROR' });
const call = (...answers: string[]) => answers.map((answer) => ({ answer }) as PreparedEmit);

/** Writes that end when they are told to. */
function createWrites() {
  const writes: { answers: string[]; end: (error?: Error) => void }[] = [];
  const groups = createEmitGroups(
    (emits) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error) => (error ? reject(error) : resolve());
        writes.push({ answers: emits.map(({ answer }) => answer), end });
      }),
  );
  return { writes, groups, answers: () => writes.map((write) => write.answers) };
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('emit groups', () => {
  test('a call is written at once while there is room, and with all others after that', async () => {
    const { writes, groups, answers } = createWrites();
    const calls = ['a', 'b', 'c', 'd', 'e'].map((name) => groups.write(call(name)));
    expect(answers()).toEqual([['a'], ['b']]);
    writes[0]?.end();
    await turn();
    expect(answers()).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
    for (const { end } of writes) end();
    await Promise.all(calls);
  });

  test('a group takes no more than it may, but a single call of more', async () => {
    const { writes, groups } = createWrites();
    const many = (count: number) => call(...Array.from({ length: count }, (_, nth) => `${nth}`));
    const calls = [many(1), many(1), many(300), many(300), many(700)].map((emits) => groups.write(emits));
    for (let nth = 0; nth < calls.length; nth += 1) {
      writes[nth]?.end();
      await turn();
    }
    await Promise.all(calls);
    expect(writes.map(({ answers }) => answers.length)).toEqual([1, 1, 300, 300, 700]);
  });

  test('of a refused group each call is written alone, and fails for itself', async () => {
    const { writes, groups, answers } = createWrites();
    const first = [groups.write(call('x')), groups.write(call('y'))];
    const calls = ['a', 'b', 'c'].map((name) => groups.write(call(name)));
    const settled = Promise.allSettled(calls);
    for (const { end } of [...writes]) end();
    await Promise.all(first);
    await turn();
    writes[2]?.end(refusal);
    for (const nth of [3, 4, 5]) {
      await turn();
      writes[nth]?.end(nth === 4 ? refusal : undefined);
    }
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(answers().slice(2)).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
  });

  test.each([
    ['without an answer', new Error('the connection was lost')],
    ['when the server ends', Object.assign(new Error('shutdown'), { code: '57P01', severity: 'FATAL' })],
  ])('%s nothing is written again, and every call learns that', async (_, error) => {
    const { writes, groups } = createWrites();
    const first = [groups.write(call('x')), groups.write(call('y'))];
    const settled = Promise.allSettled([groups.write(call('a')), groups.write(call('b'))]);
    for (const { end } of [...writes]) end();
    await Promise.all(first);
    await turn();
    writes[2]?.end(error);
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(writes).toHaveLength(3);
  });
});
