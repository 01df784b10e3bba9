import { type ProfileStep, stepsOfProfile } from "@hoststack/core";
import { describe, expect, test } from "vitest";
import { cloudLabProfile, longProfile, shortProfile } from "./host-profiles.js";

const host = { nic: "data0", role: "client", queueCpus: [0, 4, 8] } as const;
const titles = (profile: readonly ProfileStep[]) =>
  stepsOfProfile(profile, { lifetime: "scoped" }).map(({ title }) => title);

describe("the profile for long flows", () => {
  test("is what upstream's setup scripts set, features before rules", () => {
    expect(titles(longProfile(host))).toMatchInlineSnapshot(`
      [
        "set the MTU of data0 to 9000 bytes",
        "stop irqbalance",
        "switch offloads of data0: tso on gso on gro on lro off ntuple off",
        "set the interrupt coalescing of data0 to adaptive-rx off adaptive-tx off rx-usecs 6",
        "have the queues of data0 interrupt the CPUs 0 4 8",
        "set net.core.wmem_max to 12582912",
        "set net.core.rmem_max to 12582912",
        "have data0 steer flows by 30 rules at 0 to 29",
      ]
    `);
  });

  test("takes rules of one's own, and no list of CPUs that is empty", () => {
    const steering = [{ flowType: "tcp4", srcPort: 1, dstPort: 1, action: { queue: 0 } }] as const;
    expect(titles(longProfile({ ...host, steering })).at(-1)).toMatch(/1 rules at 0 to 0/);
    expect(() => longProfile({ ...host, queueCpus: [] })).toThrow(/"queueCpus" names no CPU/);
  });
});

describe("on a server as it is found", () => {
  const steps = stepsOfProfile(longProfile(host), { lifetime: "scoped" });
  const place = { savedDirectory: "/saved" };
  const answer = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
  const asRoot = [answer("nics\n"), answer("0\n")];
  const decided = (name: RegExp, ...answers: readonly string[]) =>
    steps
      .find(({ id }) => name.test(id))
      ?.decide(answer(""), [...asRoot, ...answers.map(answer)], place);

  test("interrupts wait for irqbalance to be stopped", () => {
    expect(decided(/irq-affinity/, "writable\n", "running\n")).toMatchObject({
      ...{ state: "unknownUntil", stepId: "service:irqbalance" },
    });
  });

  test("too few queues are told before anything is changed", () => {
    expect(decided(/flow-steering/, "", "8\n")).toMatchObject({
      ...{ state: "impossible", reason: expect.stringContaining("data0 has 8 receive queues") },
    });
    expect(decided(/flow-steering/, "", "15\n")).toMatchObject({ state: "needed" });
  });
});

describe("the profile for short messages", () => {
  test("cuts no packets and interrupts after 3 us, 6 where it is to be as published", () => {
    const own = titles(shortProfile(host));
    expect(own).toContain("switch offloads of data0: tso off gso off gro on lro off ntuple off");
    expect(own).toContain("have data0 steer flows by 47 rules at 0 to 46");
    const interrupts = "set the interrupt coalescing of data0 to adaptive-rx off adaptive-tx off";
    expect(own).toContain(`${interrupts} rx-usecs 3`);
    expect(titles(shortProfile(host, { asPublished: true }))).toContain(`${interrupts} rx-usecs 6`);
  });
});

test("the profile of CloudLab has a queue for each flow of all hosts, and leaves the MTU", () => {
  const own = titles(cloudLabProfile(host, { hosts: 8, index: 1 }));
  expect(own.at(-1)).toMatch(/^have data0 steer flows by 256 rules/);
  expect(own).toHaveLength(7);
  expect(own.join()).not.toContain("MTU");
});
