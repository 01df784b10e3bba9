import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileStep, openHost, openSshTransport, type SshOptions } from "@hoststack/core";
import { applyPlan } from "../../packages/core/src/plan/apply-plan.js";
import { makePlan } from "../../packages/core/src/plan/plan.js";

/** Plans and applies files on all hosts of a JSON file: what a user's own script would be. */
interface Work {
  readonly targets: readonly SshOptions[];
  /** Directory that holds one of each host. */
  readonly base: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
}

const work = JSON.parse(await readFile(process.argv[2] ?? "", "utf8")) as Work;
const planned = await Promise.all(
  work.targets.map(async (options, index) => {
    const name = `n${index + 1}`;
    const transport = await openSshTransport(options);
    const host = openHost({ name, machine: { id: name }, transport });
    const steps = work.files.map((file) =>
      fileStep({ path: join(work.base, name, file.name), content: file.content }),
    );
    return { host, steps };
  }),
);
const { changes } = await applyPlan(await makePlan(planned));
if (changes !== 0) throw new Error(`${changes} steps acted`);
await Promise.all(planned.map(({ host }) => host[Symbol.asyncDispose]()));
