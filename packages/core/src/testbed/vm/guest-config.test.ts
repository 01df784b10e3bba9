import { expect, test } from "vitest";
import { guestIdentity, guestWords } from "./guest-config.js";
import { parseAvailableMib } from "./memory.js";

test("guests differ in every address and know each other by name", () => {
  const guests = ["client", "server"].map(guestIdentity);
  const [client, server] = guests;
  if (client === undefined || server === undefined) throw new Error("two guests");
  expect(client.dataAddress).toBe("10.77.0.1");
  expect(server).toMatchObject({ dataAddress: "10.77.0.2", dataMac: "52:54:00:bb:00:02" });
  const words = guestWords({
    ...{ guest: client, all: guests, mtuBytes: 9000, resumed: true, now: 1_700_000_000_250 },
    ...{ authorizedKey: "ssh-ed25519 AAAA", hostKey: Uint8Array.of(0, 37, 255) },
  });
  expect(words).toBe(
    [
      "guest_name=client",
      "guest_hosts='127.0.0.1 localhost\n10.77.0.1 client\n10.77.0.2 server'",
      "management_mac=52:54:00:aa:00:01",
      "data_mac=52:54:00:bb:00:01",
      "data_nic=lab0",
      "data_mtu=9000",
      "data_address=10.77.0.1/24",
      "authorized_key='ssh-ed25519 AAAA'",
      "host_key='\\000\\045\\377'",
      "resumed=yes",
      "now=1700000000.250",
      ".",
      "",
    ].join("\n"),
  );
});

test("available memory is read in MiB", () => {
  expect(parseAvailableMib("MemTotal: 1 kB\nMemAvailable:   2097152 kB\n")).toBe(2048);
  expect(parseAvailableMib("")).toBeUndefined();
});
