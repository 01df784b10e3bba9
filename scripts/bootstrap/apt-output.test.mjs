// @ts-check
import { expect, test } from "vitest";
import { downloadBytes, simulatedPackages } from "./apt-output.mjs";

test("the simulation names new packages and upgrades", () => {
  const output = [
    "Inst openssh-client [1:9.2p1-2+deb12u6] (1:9.2p1-2+deb12u10 Debian:12.15/oldstable [amd64])",
    "Inst libwrap0 (7.6.q-32 Debian:12.15/oldstable [amd64])",
    "Conf openssh-client (1:9.2p1-2+deb12u10 Debian:12.15/oldstable [amd64])",
  ].join("\n");
  expect(simulatedPackages(output)).toEqual(["openssh-client", "libwrap0"]);
});

test("download sizes add up", () => {
  const output = [
    "'http://archive.example/a_1_amd64.deb' a_1_amd64.deb 1000 SHA256:00",
    "'http://archive.example/b_1_amd64.deb' b_1_amd64.deb 234 ",
  ].join("\n");
  expect(downloadBytes(output)).toBe(1234);
  expect(downloadBytes("")).toBe(0);
});
