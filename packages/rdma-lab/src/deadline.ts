/**
 * How long a tool may take for a test of `durationS`: its own start, warm-up and teardown take
 * seconds in an emulated guest, and a process that hangs must not hang the run.
 */
export function deadlineMs(durationS: number): number {
  return (3 * durationS + 45) * 1000;
}
