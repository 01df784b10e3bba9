import { flagLines, helpColumns } from "../help.js";
import { hang } from "../wrap.js";
import { type TestbedVerb, type TestbedVerbName, testbedVerbs } from "./flags.js";

/** Help of `testbed`. */
export function testbedHelp(system: string): string {
  const verbs = Object.entries<TestbedVerb>(testbedVerbs);
  const width = Math.max(...verbs.map(([name]) => name.length)) + 4;
  return [
    `${system} testbed COMMAND: testbeds that stay up between runs`,
    "",
    "Commands",
    ...verbs.flatMap(([name, { summary }]) =>
      hang(`  ${name}`.padEnd(width), summary, helpColumns),
    ),
    "",
    "Examples",
    `  ${system} testbed up`,
    `  ${system} run NAME --testbed kept:lab`,
    `  ${system} testbed ssh client -- uname -r`,
    `  ${system} testbed down`,
    "",
    `${system} testbed COMMAND --help shows its flags.`,
  ].join("\n");
}

/** Help of a command below `testbed`. */
export function verbHelp(system: string, name: TestbedVerbName): string {
  const { usage, summary, flags }: TestbedVerb = testbedVerbs[name];
  return [
    ...hang("", `${system} testbed ${name} ${usage}: ${summary}`, helpColumns),
    "",
    `Flags of testbed ${name}`,
    ...flags.flatMap(flagLines),
  ].join("\n");
}
