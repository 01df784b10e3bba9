// @ts-check

/** Exit codes of the scripts; the same as those of every hoststack command line. */
export const exitCodes = { failed: 1, refused: 2, preflight: 3, interrupted: 130 };

/** Ends a script early: the exit code, and one sentence that says what to do about it. */
export class Stop extends Error {
  /**
   * @param {number} exitCode
   * @param {string} sentence
   */
  constructor(exitCode, sentence) {
    super(sentence);
    this.exitCode = exitCode;
  }
}
