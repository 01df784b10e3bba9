import { isHoststackError } from "@hoststack/tools";
import { describe, expect, test } from "vitest";
import { askedTestbed, chosenTestbed } from "./chosen-testbed.js";

describe("which testbed a command line names", () => {
  test("embedded ones by their names, a file by its ending", () => {
    expect(chosenTestbed("vm", {})).toEqual({ kind: "vm" });
    expect(chosenTestbed("netns", { hosts: 16 })).toEqual({ kind: "netns", hosts: 16 });
    expect(chosenTestbed("labs/two.yaml", {})).toEqual({
      kind: "file",
      path: "labs/two.yaml",
      roles: {},
      allowTraffic: [],
    });
  });

  test("guests boot the kernel of a name, and the distribution's without one", () => {
    const named = chosenTestbed("vm", { kernel: "patched" });
    expect(named).toEqual({ kind: "vm", kernel: "patched" });
    expect(askedTestbed(named)).toEqual(named);
    expect(chosenTestbed("vm", { kernel: "stock" })).toEqual({ kind: "vm" });
    expect(chosenTestbed("lab.yaml", { kernel: "stock" })).toMatchObject({ kind: "file" });
  });

  test("two hosts by what ssh calls them", () => {
    const words = "ssh:node0/ens1,alice@192.0.2.7/ens2";
    const chosen = chosenTestbed(words, {});
    expect(chosen).toEqual({ kind: "file", path: words, roles: {}, allowTraffic: [] });
    expect(askedTestbed(chosen)).toEqual(chosen);
  });

  test("roles and risks are lists", () => {
    const role = "client=node3, server=node0,client=node4";
    expect(chosenTestbed("lab.mjs", { role, allowTraffic: "rate,default-route" })).toEqual({
      ...{ kind: "file", path: "lab.mjs" },
      roles: { client: ["node3", "node4"], server: ["node0"] },
      allowTraffic: ["rate", "default-route"],
    });
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ["netsn", {}, "testbed", 'did you mean "netns"?'],
    ["lab.yaml", { role: "clent=a" }, "role", 'did you mean "client"?'],
    ["lab.yaml", { role: "client" }, "role", "e.g. --role client=node0"],
    ["lab.yaml", { role: "client=a,server=a" }, "role", "a host has one role"],
    ["lab.yaml", { role: "client=a=b" }, "role", "e.g. --role client=node0"],
    ["lab.yaml", { allowTraffic: "default" }, "allowTraffic", "it takes default-route"],
    ["vm", { role: "client=a" }, "role", "the link of vm is private"],
    ["lab.yaml", { kernel: "patched" }, "kernel", "--testbed vm"],
    ["kept:lab", { kernel: "patched" }, "kernel", "--testbed vm"],
    ["vm", { hosts: 9 }, "hosts", "choose 2 to 8"],
    ["netns", { hosts: 1 }, "hosts", "choose 2 to 16"],
    ["lab.yaml", { hosts: 3 }, "hosts", "leave it out"],
    ["netns", { allowTraffic: "rate" }, "allow-traffic", "the link of netns is private"],
  ])("--testbed %s %j is refused", (testbed, values, ...[field, remedy]) => {
    try {
      chosenTestbed(testbed, values);
    } catch (error) {
      if (!isHoststackError(error, "OPTIONS_INVALID")) throw error;
      expect(error.details).toEqual({ field });
      expect(error.remedy).toContain(remedy);
      return;
    }
    throw new Error("it was accepted");
  });
});
