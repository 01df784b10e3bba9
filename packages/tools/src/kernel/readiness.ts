/** When a started process counts as up, as data: core knows how to wait for each kind. */
export type Readiness =
  | {
      /** A socket listens (TCP) or is bound (UDP) on the port, seen in /proc/net. */
      readonly kind: "listening";
      readonly protocol: "tcp" | "udp";
      readonly port: number;
    }
  | {
      /** A line of stdout matches. */
      readonly kind: "output";
      readonly pattern: RegExp;
      /** Longest it may take. @default 30_000 */
      readonly deadlineMs?: number;
    };

/**
 * The part of a client's life in which the tool itself takes its figures, told by its stdout.
 * Core turns it into an interval of the controller's clock and cuts CPU figures to it.
 */
export interface MeasuringWindow {
  /**
   * The window opens `delayMs` after the first stdout line that matches `line`, or, for a tool that
   * prints nothing before its end, `beforeCloseMs` before it closes.
   */
  readonly opens:
    | { readonly line: RegExp; readonly delayMs: number }
    | { readonly beforeCloseMs: number };
  /**
   * It closes a fixed time after it opened, or `delayMs` (may be negative) after a line that
   * matches.
   */
  readonly closes:
    | { readonly afterMs: number }
    | { readonly line: RegExp; readonly delayMs: number };
  /** Source of the rule: the tool's file and version it was read from or seen with. */
  readonly source: string;
}
