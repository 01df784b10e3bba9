// @ts-check
import { env } from "node:process";

/** @param {readonly string[]} names */
const ofCore = (names) => names.map((name) => `packages/core/test/e2e/${name}.e2e.ts`);

/**
 * Tests with servers and files of their own, which measure nothing and mostly wait: they run side by side. All other
 * real ones have the machine to themselves: guests, namespaces, figures, what is left of killed controllers.
 */
export const besideOthers = ofCore([
  "detached*",
  "fast-commands",
  "openssh-carrier",
  "plan-{apply,cut,guard,lease,restore}",
  "shell",
  "ssh-*",
  "steps-files",
  "steps-git",
  "steps-packages",
  "transcript",
  "transfer*",
  "transport-{openssh,ssh}",
]);

/** What guests show beyond what CI asks of them: a minute or more each. */
const longInGuests = [
  ...ofCore([
    "steps-crash-guests",
    "steps-crash-packages-guests",
    "steps-crash-sources-guests",
    "steps-e1000",
    "steps-guest",
    "steps-guest-tuning",
    "steps-rss",
    "steps-vfio",
    "vm-hosts",
  ]),
  "packages/rdma-lab/test/e2e/vm-experiments.e2e.ts",
];

/** Files that are left out, and how to have them. */
export const leftOut = env["HOSTSTACK_GUESTS"] === undefined ? longInGuests : [];
export const leftOutText = `left out, a minute or more each (HOSTSTACK_GUESTS=1 has them run): ${leftOut.join(", ")}`;
