import { openLocalTransport } from "../../src/host/local.js";
import { transportContract } from "../../src/testing/transport-contract.js";

transportContract("this machine", async () => openLocalTransport());
