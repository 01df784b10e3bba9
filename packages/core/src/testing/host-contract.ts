import { describe } from "vitest";
import type { Host } from "../host/host.js";
import { openHost } from "../host/open-host.js";
import type { Transport } from "../host/transport.js";
import { testBatchEndings } from "./host-contract/batch-endings.js";
import { testBatches } from "./host-contract/batches.js";
import { testLeftovers } from "./host-contract/leftovers.js";

/**
 * The tests every host has to pass for what it does beyond its transport, run over a real one. Call
 * it from a test file; it opens a transport for each test and disposes it.
 */
export function hostContract(name: string, openTransport: () => Promise<Transport>): void {
  const open = async (): Promise<Host> =>
    openHost({ name: "contract", machine: { id: "contract" }, transport: await openTransport() });
  describe(`${name} keeps the host contract`, () => {
    testBatches(open);
    testBatchEndings(open);
    testLeftovers(open);
  });
}
