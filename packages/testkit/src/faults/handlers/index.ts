import type { Handler } from '@skelly/events';
import { entered, spent, stepped } from '../contracts';
import type { RecorderPort } from '../recorder';
import { createBatchTotal, createLedger, createNotify, createTotal, enteredTotal } from './spent';
import { createFollow, createTell } from './stepped';

/** Every handler of a run, by event type. */
export function createFaultHandlers(recorder: RecorderPort): Record<string, readonly Handler[]> {
  return {
    [spent.type]: [createTotal(recorder), createLedger(recorder), createBatchTotal(recorder), createNotify(recorder)],
    [stepped.type]: [createFollow(recorder), createTell(recorder)],
    [entered.type]: [enteredTotal],
  };
}

/** Declaring handlers does not use the recorder; running them would. */
const NO_RECORDER: RecorderPort = {
  isDue: () => Promise.reject(new Error('nothing runs here')),
  act: () => Promise.reject(new Error('nothing runs here')),
};

/** The same handlers where they are only named. */
export const declaredHandlers = createFaultHandlers(NO_RECORDER);
