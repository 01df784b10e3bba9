import { expect, test } from "vitest";
import { sshTargetOf } from "./connect-host.js";

const ask = async () => "secret";

test.each([
  ["node0", {}, { destination: "node0" }],
  [
    { destination: "a@b", config: "/c", jump: "g1,g2", carrier: "openssh", hostKeys: "accept-new" },
    {},
    {
      destination: "a@b",
      configFile: "/c",
      jump: "g1,g2",
      carrier: "openssh",
      hostKeyPolicy: "accept-new",
    },
  ],
  [{ destination: "n", sudo: true }, {}, { destination: "n", become: { user: "root" } }],
  [
    { destination: "n", sudo: true },
    { ask },
    { destination: "n", become: { user: "root", ask }, ask },
  ],
  [{ destination: "n", sudo: false }, {}, { destination: "n" }],
] as const)("%j is reached as the file says", (ssh, context, target) => {
  expect(sshTargetOf(ssh, context)).toEqual(target);
});
