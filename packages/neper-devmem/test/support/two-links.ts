import { setTimeout as delay } from "node:timers/promises";
import { buildHere, openTestbed, type ProgramBuild, type Testbed } from "@hoststack/core";
import { neperExperiments } from "../../src/index.js";

/** Two namespaces joined by two links, and experiments with programs that are built. */
export async function openTwoLinks(build: ProgramBuild, mirrors: readonly string[] = []) {
  const { signal } = new AbortController();
  await buildHere(build, { mirrors, signal });
  const testbed = await openTestbed({ kind: "netns", hosts: ["client", "server"], links: 2 });
  return { testbed, experiments: neperExperiments(build) };
}

/** Takes the second link's interface of the server down after a while, while what is given goes on. */
export async function withDyingNic<T>(testbed: Testbed, afterMs: number, run: Promise<T>) {
  const dying = delay(afterMs).then(async () => {
    await testbed.hosts[1]?.run({ argv: ["ip", "link", "set", "lab1", "down"] });
  });
  try {
    return await run;
  } finally {
    await dying;
    await testbed.hosts[1]?.run({ argv: ["ip", "link", "set", "lab1", "up"] });
  }
}
