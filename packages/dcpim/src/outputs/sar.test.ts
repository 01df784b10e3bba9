import { describe, expect, test } from "vitest";
import { fixture } from "../../test/support/fixture.js";
import { coresInUse, publishedCores, sarCpuParser } from "./sar.js";

const server = sarCpuParser.parse(fixture("sar-server.txt"));

describe("sar", () => {
  test("gives averages per CPU in percent", () => {
    expect(server.cpus).toBe(2);
    expect(server.uses.map(({ cpu }) => cpu)).toEqual(["all", 0, 1]);
    expect(server.uses[1]).toMatchObject({
      userPercent: 0.14,
      systemPercent: 16.42,
      idlePercent: 83.44,
    });
  });

  test("reads lines that end as a terminal's", () => {
    const text = fixture("sar-server.txt").replaceAll("\n", "\r\n");
    expect(sarCpuParser.parse(text)).toEqual(server);
  });

  test("of another locale or cut before the averages is refused", () => {
    const text = fixture("sar-server.txt");
    const german = text.replaceAll("Average:", "Durchschn.:").replaceAll(".", ",");
    expect(() => sarCpuParser.parse(german)).toThrow(/LC_ALL=C/);
    expect(() => sarCpuParser.parse(text.slice(0, 300))).toThrow(/no line Average:/);
    expect(() => sarCpuParser.parse(text.replaceAll("%system", "%sys"))).toThrow(/columns/);
  });

  test("a line of an average that is cut is left out", () => {
    const cut = fixture("sar-server.txt").trimEnd().slice(0, -1);
    expect(sarCpuParser.parse(cut).uses.map(({ cpu }) => cpu)).toEqual(["all", 0]);
  });
});

describe("cores in use", () => {
  test("are those that do not idle, the matching core apart", () => {
    const { cores, matchingCores } = coresInUse(server, { cpus: [0, 1], matchingCpu: 1 });
    expect(cores).toBeCloseTo(0.1656, 4);
    expect(matchingCores).toBeCloseTo(0.1939, 4);
  });

  test("are upstream's own where that is asked for: system time of every fourth CPU", () => {
    expect(publishedCores(server, 1)).toEqual({ cores: 0.1642, matchingCores: 0 });
  });
});
