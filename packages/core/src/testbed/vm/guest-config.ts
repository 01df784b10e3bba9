import { quoteWord } from "../../command/quote.js";
import { endOfWords } from "./image/init-script.js";

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

/** What a guest is told on its console. */
export interface GuestWords {
  readonly guest: GuestIdentity;
  readonly all: readonly GuestIdentity[];
  readonly mtuBytes: number;
  /** The one key that may log in, as OpenSSH writes it. */
  readonly authorizedKey: string;
  /** The key its SSH server shows, as dropbear keeps it. */
  readonly hostKey: Uint8Array;
  /** It goes on from a snapshot. */
  readonly resumed: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a guest's first process reads about who it is: shell assignments, and the line that ends them. */
export function guestWords(words: GuestWords): string {
  const { guest, all, now } = words;
  const hosts = all.map(({ name, dataAddress }) => `${dataAddress} ${name}`);
  const values = {
    guest_name: guest.name,
    guest_hosts: ["127.0.0.1 localhost", ...hosts].join("\n"),
    management_mac: guest.managementMac,
    data_mac: guest.dataMac,
    data_nic: dataNic,
    data_mtu: String(words.mtuBytes),
    data_address: `${guest.dataAddress}/${dataPrefixLength}`,
    authorized_key: words.authorizedKey,
    // printf makes bytes of it without a program
    host_key: [...words.hostKey].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
    resumed: words.resumed ? "yes" : "no",
    now: (now / 1000).toFixed(3),
  };
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoteWord(value)}\n`);
  return `${lines.join("")}${endOfWords}\n`;
}
