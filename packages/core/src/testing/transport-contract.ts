import { describe } from "vitest";
import type { Transport } from "../host/transport.js";
import { testArguments } from "./transport-contract/arguments.js";
import { testEndings } from "./transport-contract/endings.js";
import { testStreams } from "./transport-contract/streams.js";
import { testVolume } from "./transport-contract/volume.js";

/**
 * The tests every transport has to pass, run over a real one. Call it from a test file; it opens a
 * transport for each test and disposes it.
 */
export function transportContract(name: string, open: () => Promise<Transport>): void {
  describe(`${name} keeps the transport contract`, () => {
    testArguments(open);
    testStreams(open);
    testEndings(open);
    testVolume(open);
  });
}
