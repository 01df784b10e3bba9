import { afterAll, beforeAll } from "vitest";
import { openNetnsTransport } from "../../src/host/netns.js";
import { startKeeper } from "../../src/testbed/netns/keeper.js";
import { transportContract } from "../../src/testing/transport-contract.js";

const userNamespace = process.getuid?.() !== 0;
let keeper: Awaited<ReturnType<typeof startKeeper>>;

beforeAll(async () => {
  keeper = await startKeeper({ mtuBytes: 1500, userNamespace });
});
afterAll(() => keeper[Symbol.asyncDispose]());

transportContract("a namespace", async () =>
  openNetnsTransport({ name: "client", holderPid: keeper.hostPids[0], userNamespace }),
);
