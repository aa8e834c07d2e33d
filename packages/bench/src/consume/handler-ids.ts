/** The plain handler. */
export const COUNT_ID = 'bench.count';
/** The batch handler. */
export const COUNT_BATCH_ID = 'bench.count-batch';
