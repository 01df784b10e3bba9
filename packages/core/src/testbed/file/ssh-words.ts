import { hoststackError } from "../../errors/error.js";

const prefix = "ssh:";

/** Whether a testbed is named by its hosts instead of a file. */
export function isSshWords(name: string): boolean {
  return name.startsWith(prefix);
}

/**
 * The testbed that `ssh:CLIENT/NIC,SERVER/NIC` names, as a file would: two hosts as `ssh` calls them and
 * the interfaces that join them. Throws TESTBED_INVALID.
 */
export function testbedOfWords(words: string): unknown {
  const ends = words
    .slice(prefix.length)
    .split(",")
    .map((word) => /^([^/\s]+)\/([^/\s]+)$/.exec(word.trim()));
  const [client, server] = ends;
  if (client == null || server == null || ends.length !== 2) {
    throw hoststackError("TESTBED_INVALID", `"${words}" names no testbed of two hosts`, {
      remedy:
        "write ssh:CLIENT/NIC,SERVER/NIC, e.g. ssh:node0/ens1f0,node1/ens1f0; for more, a file",
    });
  }
  return {
    version: 1,
    hosts: { client: { ssh: client[1] }, server: { ssh: server[1] } },
    links: [
      {
        name: "data",
        ends: [
          { host: "client", nic: client[2] },
          { host: "server", nic: server[2] },
        ],
      },
    ],
  };
}
