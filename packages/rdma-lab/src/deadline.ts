/**
 * How long a tool may take for a test of `durationS`: its own start, warm-up and teardown take
 * seconds in an emulated guest, and a process that hangs must not hang the run.
 */
export function deadlineMs(durationS: number): number {
  return (3 * durationS + 45) * 1000;
}

/**
 * How long a tool may take for so many iterations. Emulated guests were seen to need up to 10 ms
 * for one; half of that again is margin.
 */
export function iterationsDeadlineMs(iterations: number): number {
  return 60_000 + 15 * iterations;
}
