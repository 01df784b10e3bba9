import { quoteWord } from "../../command/quote.js";

/** Who a guest is. */
export interface GuestIdentity {
  readonly name: string;
  readonly managementMac: string;
  readonly dataMac: string;
  readonly dataAddress: string;
}

/** Name of the data card in every guest. */
export const dataNic = "lab0";
const dataPrefixLength = 24;

/** The guests of a testbed by their position: names, MAC addresses (local ones) and addresses. */
export function guestIdentity(name: string, index: number): GuestIdentity {
  const number = (index + 1).toString(16).padStart(2, "0");
  return {
    name,
    managementMac: `52:54:00:aa:00:${number}`,
    dataMac: `52:54:00:bb:00:${number}`,
    dataAddress: `10.77.0.${index + 1}`,
  };
}

/** What a guest's first process reads about who it is: shell assignments. */
export function guestConfig(
  guest: GuestIdentity,
  all: readonly GuestIdentity[],
  mtuBytes: number,
): string {
  const hosts = all.map(({ name, dataAddress }) => `${dataAddress} ${name}`);
  const values = {
    guest_name: guest.name,
    guest_hosts: ["127.0.0.1 localhost", ...hosts].join("\n"),
    management_mac: guest.managementMac,
    data_mac: guest.dataMac,
    data_nic: dataNic,
    data_mtu: String(mtuBytes),
    data_address: `${guest.dataAddress}/${dataPrefixLength}`,
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}=${quoteWord(value)}\n`)
    .join("");
}
