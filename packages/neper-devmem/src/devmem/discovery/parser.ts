import type { Fact } from "@hoststack/core";
import { defineParser, HoststackError, type LineReader } from "@hoststack/tools";
import { type DevmemFacts, devmemFactsSchema } from "./facts.js";
import { devmemQuestion } from "./question.js";

type Fields = Record<string, unknown>;

const entry = (map: Record<string, Fields>, key: string): Fields => {
  map[key] ??= {};
  return map[key];
};

/** `nvidia-smi` writes domains with eight digits and all in capitals. */
const pciAddress = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/^0{4}(?=[0-9a-f]{4}:)/, "");

const limit = (text = ""): number | undefined => (text === "unlimited" ? undefined : Number(text));

const nicFields: Readonly<Record<string, (value: string) => Fields>> = {
  driver: (driver) => ({ driver }),
  path: (path) => ({ path }),
  node: (node) => (Number(node) < 0 ? {} : { node: Number(node) }),
  mtu: (mtu) => ({ mtuBytes: Number(mtu) }),
  "rx-queues": (queues) => ({ rxQueues: Number(queues) }),
  ring: (ring) => (ring === "n/a" ? {} : { ringDescriptors: Number(ring) }),
  "data-split": (tcpDataSplit) => ({ tcpDataSplit }),
  ntuple: (ntuple) => ({ ntuple }),
};

class DevmemReader implements LineReader {
  readonly #facts: Fields = {};
  readonly #config: Record<string, string> = {};
  readonly #udmabuf: Fields = { device: false };
  readonly #limits: Fields = {};
  readonly #nodes: Record<string, string> = {};
  readonly #gpus: { pciAddress: string; vendor: string; path: string; index?: number }[] = [];
  readonly #nics: Record<string, Fields> = {};
  readonly #indexes = new Map<string, number>();
  readonly #operations: number[] = [];
  readonly #sockopts: Record<string, number> = {};
  readonly #binds: Readonly<Record<"bind-rx" | "bind-tx", Record<string, Fields>>> = {
    "bind-rx": {},
    "bind-tx": {},
  };
  #probe: string | undefined;

  line(text: string): void {
    const [key = "", ...words] = text.split(" ");
    const read = this.#readers[key];
    if (read !== undefined) read(words);
  }

  readonly #readers: Readonly<Record<string, (words: readonly string[]) => void>> = {
    kernel: ([release]) => Object.assign(this.#facts, { kernel: release }),
    ethtool: ([version]) => Object.assign(this.#facts, { ethtool: version }),
    config: ([name = "", value = ""]) => Object.assign(this.#config, { [name]: value }),
    udmabuf: ([word, value]) =>
      Object.assign(
        this.#udmabuf,
        word === "device" ? { device: true } : { limitMib: Number(value) },
      ),
    limit: ([name = "", value]) => Object.assign(this.#limits, { [name]: limit(value) }),
    node: ([node = "", cpus = ""]) => Object.assign(this.#nodes, { [node]: cpus }),
    gpu: ([address = "", vendor = "", path = ""]) =>
      this.#gpus.push({ pciAddress: address, vendor, path }),
    smi: (words) => {
      const [index = "", address = ""] = words.join(" ").split(",");
      this.#indexes.set(pciAddress(address), Number(index));
    },
    nic: ([nic = "", field = "", ...value]) => {
      Object.assign(entry(this.#nics, nic), nicFields[field]?.(value.join(" ")));
    },
    flag: ([nic = "", flag = "", value]) => {
      const nicEntry = entry(this.#nics, nic);
      nicEntry["privateFlags"] = { ...(nicEntry["privateFlags"] ?? {}), [flag]: value === "on" };
    },
    probe: (words) => {
      this.#probe = words.join(" ");
    },
    op: ([number]) => this.#operations.push(Number(number)),
    sockopt: ([number = "", errno]) => Object.assign(this.#sockopts, { [number]: Number(errno) }),
    "bind-rx": (words) => this.#bind("bind-rx", words),
    "bind-tx": (words) => this.#bind("bind-tx", words),
  };

  #bind(kind: "bind-rx" | "bind-tx", [nic = "", errno, ...words]: readonly string[]): void {
    this.#binds[kind][nic] = { errno: Number(errno), words: words.join(" ") };
  }

  end(): unknown {
    if (this.#probe === undefined) {
      const text = "devmem-facts: the answer ends before the kernel was asked";
      throw new HoststackError("PARSE_FAILED", text, { details: { parser: "devmem-facts" } });
    }
    const asked = this.#probe === "asked";
    const { "bind-rx": bindRx, "bind-tx": bindTx } = this.#binds;
    const gpus = this.#gpus.map((gpu) => {
      const index = this.#indexes.get(gpu.pciAddress);
      return index === undefined ? gpu : { ...gpu, index };
    });
    const nics = Object.entries(this.#nics).map(([nic, one]) => [
      nic,
      { privateFlags: {}, ...one },
    ]);
    return {
      ...this.#facts,
      ...{ config: this.#config, udmabuf: this.#udmabuf, limits: this.#limits },
      ...{ nodes: this.#nodes, gpus, nics: Object.fromEntries(nics) },
      kernelAnswers: asked
        ? { operations: this.#operations, sockopts: this.#sockopts, bindRx, bindTx }
        : { notAsked: this.#probe },
    };
  }
}

/** Reads the answer to `devmemQuestion`; lines it does not know are left out. */
export const devmemFactsParser = defineParser<DevmemFacts>({
  name: "devmem-facts",
  version: 1,
  schema: devmemFactsSchema,
  reader: () => new DevmemReader(),
});

/** What a host has of device memory, asked in one command. */
export const devmemFact: Fact<DevmemFacts> = {
  name: "devmem",
  argv: devmemQuestion,
  parser: devmemFactsParser,
};
