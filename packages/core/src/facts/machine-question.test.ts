import { expect, test } from "vitest";
import { readMachineFacts } from "./machine-facts.js";
import { readMachineAnswer } from "./machine-question.js";

const said = (answers: Readonly<Record<string, string>>): string =>
  Object.entries(answers)
    .map(([name, text]) => `\u001e${name}\u001f${text}\n`)
    .join("");

const cpuinfo = [
  "processor\t: 0",
  "model name\t: A Processor @ 2.50GHz",
  "microcode\t: 0x5003707",
  "flags\t\t: fpu sse2 hypervisor lm",
].join("\n");

test("answers are cut at separators, and empty lines are none", () => {
  const answers = readMachineAnswer(said({ kernel: "Linux 6", smt: "", governor: "a\nb\n" }));
  expect(Object.fromEntries(answers)).toEqual({
    kernel: ["Linux 6"],
    smt: [],
    governor: ["a", "b"],
  });
});

test("what a machine tells is read, counted where it is told for each CPU", () => {
  const facts = readMachineFacts(
    said({
      distribution: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"',
      cpuinfo,
      governor: "performance\npowersave\nperformance",
      noTurbo: "1",
      mitigations: "l1tf: Not affected\nmds: Mitigation: Clear CPU buffers",
      vendor: "Maker",
      product: "Box 9",
    }),
  );
  expect(facts).toMatchObject({
    distribution: "Debian GNU/Linux 12 (bookworm)",
    cpuModel: "A Processor @ 2.50GHz",
    microcode: "0x5003707",
    hypervisor: "yes",
    governor: "performance (2), powersave (1)",
    turbo: "off",
    mitigations: "l1tf: Not affected; mds: Mitigation: Clear CPU buffers",
    product: "Maker Box 9",
  });
});

test.each([
  [{ boost: "1" }, { turbo: "on" }],
  [{ boost: "0" }, { turbo: "off" }],
  [{ noTurbo: "0", boost: "0" }, { turbo: "on" }],
  [
    { cpuinfo: "CPU implementer\t: 0x41\nCPU part\t: 0xd0c" },
    { cpuModel: "implementer 0x41, part 0xd0c" },
  ],
  [{ governor: "performance\nperformance" }, { governor: "performance" }],
])("%j is %j", (answers, facts) => {
  expect(readMachineFacts(said(answers as Record<string, string>))).toMatchObject(facts);
});

test("every item that cannot be had says why", () => {
  const facts = Object.values(readMachineFacts(""));
  expect(facts.length).toBeGreaterThan(20);
  for (const fact of facts) expect(fact).toMatch(/^unavailable: \w.* \w/);
});
