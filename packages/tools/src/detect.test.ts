import { describe, expect, it } from "vitest";
import { detectParser } from "./detect.js";

describe("detectParser", () => {
  it("knows a tool by the text of a failed run, so that its words are told", () => {
    const text =
      "sockperf: \u001b[2;35m== version #3.7-no.git == \u001b[0m\nsockperf: ERROR: Can`t connect socket\n";
    const found = detectParser(text);
    expect(found?.tool).toBe("sockperf");
    expect(() => found?.parser.parse(text)).toThrow("Can`t connect socket");
    expect(detectParser("iperf3: error - unable to connect\n")?.parser.name).toBe("iperf3-text");
  });

  it.each(["", "hello\n", "{}", "[]", "0.1 0.2 0.3\n", "packets: 12\n"])(
    "does not claim %j",
    (text) => {
      expect(detectParser(text)).toBeUndefined();
    },
  );
});
