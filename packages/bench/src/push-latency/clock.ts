/** Milliseconds by the machine's own clock, which is the same in all of its processes. */
export function machineTime(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
