import { describe, expect, test } from "vitest";
import { loginFailure } from "./failures.js";

/** In the words of OpenSSH 9.2, only the lines that count; end-to-end tests see most of them for real. */
const texts = {
  changed: `debug1: Server host key: ssh-ed25519 SHA256:4UqkmCzvDMDZpRhC0xmDgFNc6kRsrMOm5bjkTNTfXAE\r
@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
SHA256:4UqkmCzvDMDZpRhC0xmDgFNc6kRsrMOm5bjkTNTfXAE.\r
Offending ED25519 key in /home/u/.ssh/known_hosts:3\r
Host key verification failed.\r
`,
  unknown: `debug1: Server host key: ssh-ed25519 SHA256:4UqkmCzvDMDZpRhC0xmDgFNc6kRsrMOm5bjkTNTfXAE\r
No ED25519 host key is known for [10.0.0.1]:2222 and you have requested strict checking.\r
Host key verification failed.\r
`,
  unknownJump: `No ED25519 host key is known for gate and you have requested strict checking.\r
Host key verification failed.\r
kex_exchange_identification: Connection closed by remote host\r
`,
  changedJump: `The fingerprint for the ED25519 key sent by the remote host is\r
SHA256:4UqkmCzvDMDZpRhC0xmDgFNc6kRsrMOm5bjkTNTfXAE.\r
Offending ED25519 key in /home/u/.ssh/known_hosts:1\r
Host key verification failed.\r
`,
  denied: "u@10.0.0.1: Permission denied (publickey,password).\r\n",
  many: "Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\n",
  name: "ssh: Could not resolve hostname nowhere: Name or service not known\r\n",
  closed: "ssh: connect to host 10.0.0.1 port 22: Connection refused\r\n",
  silent: "ssh: connect to host 10.0.0.1 port 22: Connection timed out\r\n",
  hungUp:
    "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 10.0.0.1 port 22\r\n",
  between: "gate: no such host\r\nConnection closed by UNKNOWN port 65535\r\n",
  other:
    "debug1: Reading configuration\r\n/home/u/config: line 1: Bad configuration option: no\r\n",
};

const failure = (text: string, exitCode = 255) =>
  loginFailure({ destination: "lab", text, exitCode });

describe("a host key that is not the known one", () => {
  test.each([
    ["changed", /^lab showed the host key ssh-ed25519 SHA256:4Uq\S+, but .*known_hosts:3/],
    [
      "unknown",
      /^\[10\.0\.0\.1\]:2222 showed the host key ssh-ed25519 SHA256:\S+, and is not known/,
    ],
    ["unknownJump", /^gate showed a host key, and is not known/],
    ["changedJump", /^lab showed the host key SHA256:\S{43}, but is known by another/],
  ] as const)("is told: %s", (name, message) => {
    expect(failure(texts[name])).toMatchObject({
      code: "HOST_KEY_REJECTED",
      message: expect.stringMatching(message),
      remedy: expect.any(String),
    });
  });
});

test.each([
  ["denied", /refused the login; it takes publickey,password$/],
  ["many", /refused every key/],
  ["name", /the name nowhere is unknown/],
  ["closed", /nothing listens/],
  ["silent", /did not answer in time/],
  ["hungUp", /hung up before it let anybody log in/],
  ["between", /Connection closed by UNKNOWN port 65535$/],
  ["other", /Bad configuration option: no$/],
] as const)("a login that fails is told with its cause: %s", (name, message) => {
  expect(failure(texts[name])).toMatchObject({
    code: "HOST_UNREACHABLE",
    message: expect.stringMatching(message),
    remedy: expect.any(String),
  });
});

test("an ssh that is not there is told", () => {
  expect(failure("sh: 1: ssh: not found\n", 127)).toMatchObject({ code: "TOOL_MISSING" });
});
