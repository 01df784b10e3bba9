import type { Host } from "../../src/host/host.js";
import type { Step } from "../../src/plan/step.js";
import { openNetnsTestbed } from "../../src/testbed/netns/open-netns-testbed.js";
import type { StepCase } from "../../src/testing/step-contract.js";
import { openMachine, withPath } from "./step-hosts.js";

/** A host of a namespace pair of its own with cards of more kinds: a tap, and a veth of several queues. */
export interface NicHost extends AsyncDisposable {
  readonly host: Host;
}

const prepareScript = `
ip tuntap add tap0 mode tap multi_queue &&
ip link add many0 numtxqueues 4 numrxqueues 4 type veth peer name many1 numtxqueues 4 numrxqueues 4
`;

/** Opens it; its commands look in `directory` first. */
export async function openNicHost(directory: string): Promise<NicHost> {
  const testbed = await openNetnsTestbed();
  const [first] = testbed.hosts;
  if (first === undefined) throw new Error("no host");
  const host = openMachine(withPath(first.transport, directory));
  await first.run({ argv: ["sh", "-c", prepareScript] });
  return { host, [Symbol.asyncDispose]: async () => await testbed[Symbol.asyncDispose]() };
}

/** A case of the step contract on such a host; `show` prints all that the step may touch. */
export async function nicCase(
  directory: string,
  { step, words, show }: { step: Step; words: readonly string[]; show: string },
): Promise<StepCase> {
  const opened = await openNicHost(directory);
  return {
    ...opened,
    step,
    words,
    savedDirectory: "/nowhere",
    surroundings: async () => {
      const { stdout } = await opened.host.run({ argv: ["sh", "-c", show] });
      if (stdout === "") throw new Error("the surroundings are not seen");
      // A card tells its carrier a moment after it has come up.
      return stdout.replaceAll(/<\S*>/g, "");
    },
  };
}
