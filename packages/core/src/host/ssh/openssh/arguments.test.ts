import { describe, expect, test } from "vitest";
import { configText, masterArguments } from "./arguments.js";

const checking = { destination: "yes", jumps: "yes" } as const;
const files = { checking, config: "/d/config", controlSocket: "/d/ctl" };
const target = { destination: "lab" };

describe("the arguments", () => {
  test("put our check of host keys before the user's options", () => {
    const argv = masterArguments({ ...target, options: ["Compression=yes"], jump: "gate" }, files);
    expect(argv.indexOf("StrictHostKeyChecking=yes")).toBeLessThan(argv.indexOf("Compression=yes"));
    expect(argv.slice(-4)).toEqual(["-J", "gate", "--", "lab"]);
    expect(argv.join(" ")).toContain("-M -S /d/ctl -F /d/config -N");
  });

  test.each(["", "-oProxyCommand=id"])("refuse %j as a destination", (destination) => {
    expect(() => masterArguments({ destination }, files)).toThrow(/is no SSH destination/);
  });

  test("refuse an option that weakens the check", () => {
    const options = ["StrictHostKeyChecking=no"];
    expect(() => masterArguments({ ...target, options }, files)).toThrow(/weakens/);
  });
});

describe("the configuration", () => {
  const lines = (more: object) => configText({ ...target, ...more }, checking).split("\n");

  test("comes before the user's and the system's, its defaults after", () => {
    const text = lines({});
    const order = ["StrictHostKeyChecking yes", "Include ~/.ssh/config", "ConnectTimeout 20"];
    const places = order.map((line) => text.indexOf(line));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(text).toContain("BatchMode yes");
  });

  test("is of the jump hosts, as the arguments are of the destination", () => {
    const mixed = { destination: "accept-new", jumps: "yes" } as const;
    expect(configText(target, mixed)).toContain("StrictHostKeyChecking yes\n");
    const argv = masterArguments(target, { ...files, checking: mixed });
    expect(argv).toContain("StrictHostKeyChecking=accept-new");
  });

  test("reads the given file instead, whatever its name", () => {
    const text = lines({ configFile: '/a b/"c"' });
    expect(text).toContain('Include "/a b/\\"c\\""');
    expect(text).not.toContain("Include ~/.ssh/config");
    expect(lines({ configFile: "none" }).join()).not.toContain("Include");
  });

  test.each(["/a/conf*", "/a/[b]/c", "/a\nProxyCommand id"])(
    "refuses the file %j",
    (configFile) => {
      expect(() => lines({ configFile })).toThrow(
        expect.objectContaining({ code: "OPTIONS_INVALID", remedy: expect.any(String) }),
      );
    },
  );

  test("allows questions only where someone answers", () => {
    expect(lines({ ask: () => Promise.resolve("") })).not.toContain("BatchMode yes");
  });

  test("rounds the longest time up to whole seconds, before the user's", () => {
    const text = lines({ connectTimeoutMs: 1200 });
    expect(text.indexOf("ConnectTimeout 2")).toBeLessThan(text.indexOf("Include ~/.ssh/config"));
  });
});
