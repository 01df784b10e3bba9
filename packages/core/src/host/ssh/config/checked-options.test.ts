import { expect, test } from "vitest";
import { checkOptions } from "./checked-options.js";

test.each([
  "StrictHostKeyChecking=no",
  "stricthostkeychecking=OFF",
  'StrictHostKeyChecking="no"',
  "StrictHostKeyChecking='no'",
  "StrictHostKeyChecking=n'o'",
  "StrictHostKeyChecking=no # really",
  "NoHostAuthenticationForLocalhost='yes'\t# here",
  "UserKnownHostsFile=/dev/null",
  "UserKnownHostsFile= none",
  "UserKnownHostsFile='/dev/null'",
  "NoHostAuthenticationForLocalhost=yes",
  "VerifyHostKeyDNS=yes",
  "KnownHostsCommand=/usr/bin/ssh-keyscan %H",
  "RevokedHostKeys=none",
])("refuses %s, which weakens the check of host keys", (option) => {
  expect(() => checkOptions(["Port=1", option])).toThrow(
    expect.objectContaining({
      code: "OPTIONS_INVALID",
      message: expect.stringContaining("weakens host-key checking"),
    }),
  );
});

test.each(["Port", "Port 22", "-oPort=22", "Port=\nStrictHostKeyChecking=no", "=x"])(
  "refuses %j, which is not Key=Value",
  (option) => {
    expect(() => checkOptions([option])).toThrow(
      expect.objectContaining({ code: "OPTIONS_INVALID" }),
    );
  },
);

test("lets other options through as they are", () => {
  const options = [
    "StrictHostKeyChecking=accept-new",
    "UserKnownHostsFile=/tmp/known hosts",
    "KnownHostsCommand=none",
    "ProxyCommand=nc %h %p",
  ];
  expect(checkOptions(options)).toEqual(options);
});
