import { describe, expect, test } from "vitest";
import { testPrograms } from "../programs.js";
import { programVariables } from "./variables.js";

const files = Object.entries(testPrograms.edits ?? {});
const textOf = (name: string): string =>
  files
    .filter(([file]) => file.endsWith(name))
    .flatMap(([, edits]) => edits.map(({ replacement }) => replacement))
    .join("\n");

describe("edited programs", () => {
  test("end without the variables they take what was compiled in from", () => {
    const used = (name: string) =>
      Object.values(programVariables).filter((one) => textOf(name).includes(`given("${one}")`));
    expect(used("dcpim_test.cc")).toEqual(["DCPIM_SECONDS", "DCPIM_SOURCE"]);
    expect(used("pingpong_server.cc")).toEqual(["DCPIM_SECONDS"]);
    expect(used("pingpong_client.cc")).toEqual([
      ...["DCPIM_SECONDS", "DCPIM_MESSAGES_PER_S", "DCPIM_CLOCK"],
    ]);
  });

  test("have no two edits with one replacement, which could not be told apart when made again", () => {
    for (const [file, edits] of files) {
      const made = edits.map(({ replacement }) => replacement);
      expect(new Set(made).size, file).toBe(made.length);
    }
  });

  test("leave no file where they were started: what upstream writes there comes with their output", () => {
    const opened = files.flatMap(([, edits]) =>
      edits.filter(({ pattern }) => /\.open\(/.test(pattern)),
    );
    // six of the client, three of the server: one for each, and one for all
    expect(opened.map(({ count = 1 }) => count)).toEqual([3, 3, 2, 1]);
    for (const { replacement } of opened) expect(replacement).not.toMatch(/\.open\(/);
  });
});
