/** A time limit that can stand still for a while, e.g. while a person types. */
export interface Deadline extends Disposable {
  /** Stops the clock; the returned function lets it run again. Pauses may overlap. */
  pause(): () => void;
}

/** Calls `late` once the clock has run for so long. */
export function startDeadline(limitMs: number, late: () => void): Deadline {
  let leftMs = limitMs;
  let pauses = 0;
  let startedAt = performance.now();
  let timer = setTimeout(late, leftMs);
  const halt = () => {
    clearTimeout(timer);
    leftMs -= performance.now() - startedAt;
  };
  const run = () => {
    startedAt = performance.now();
    timer = setTimeout(late, Math.max(0, leftMs));
  };
  let over = false;
  return {
    pause: () => {
      if (pauses++ === 0) halt();
      return () => {
        if (--pauses === 0 && !over) run();
      };
    },
    [Symbol.dispose]: () => {
      over = true;
      clearTimeout(timer);
    },
  };
}
