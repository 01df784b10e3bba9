import type { PlanProgress } from "../plan/apply-host.js";
import type { ProgressDisplay } from "./progress.js";
import type { Channel } from "./terminal.js";

/**
 * Tells what several hosts do at the same time. Each text begins with its host: a line that is drawn over has the last
 * one of each, where nobody watches each text is a line.
 */
export function hostsProgress(display: ProgressDisplay, { live }: Channel): PlanProgress {
  const last = new Map<string, string>();
  return ({ kind, text }) => {
    const [host = ""] = text.split(":", 1);
    last.set(host, text);
    display.progress({ kind, text: live ? [...last.values()].join(" | ") : text });
  };
}
