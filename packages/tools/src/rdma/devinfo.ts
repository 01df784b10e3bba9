import { z } from "zod";
import { defineParser } from "../kernel/parser.js";
import { parseFailure, withoutUndefined } from "../kernel/text.js";

const name = "ibv-devinfo";

const port = z.strictObject({
  port: z.int().min(1),
  /** `PORT_ACTIVE`, `PORT_DOWN`, `PORT_INIT` … */
  state: z.string(),
  maxMtuBytes: z.int().optional(),
  activeMtuBytes: z.int().optional(),
  /** `Ethernet` (RoCE, iWARP) or `InfiniBand`. */
  linkLayer: z.string().optional(),
});

const device = z.strictObject({
  device: z.string(),
  /** `InfiniBand` also for RoCE; `iWARP` … */
  transport: z.string().optional(),
  firmware: z.string().optional(),
  nodeGuid: z.string().optional(),
  /** As printed, e.g. `0x02c9`. */
  vendorId: z.string().optional(),
  vendorPartId: z.string().optional(),
  ports: z.array(port),
});

/** One device of `ibv_devinfo`. */
export type IbvDevice = z.infer<typeof device>;

type Fields = Map<string, string>;

/** `InfiniBand (0)` without the number of the enumeration. */
const plain = (text: string | undefined): string | undefined => text?.replace(/ \(\d+\)$/, "");

/** `4096 (5)`; without the second number it is cut. */
function bytes(text: string | undefined): number | undefined {
  const digits = /^(\d+) \(\d+\)$/.exec(text ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const portOf = (fields: Fields) =>
  withoutUndefined({
    port: Number(fields.get("port")),
    state: plain(fields.get("state")),
    maxMtuBytes: bytes(fields.get("max_mtu")),
    activeMtuBytes: bytes(fields.get("active_mtu")),
    linkLayer: fields.get("link_layer"),
  });

function deviceOf({ own, ports }: { readonly own: Fields; readonly ports: readonly Fields[] }) {
  const told = Number(own.get("phys_port_cnt"));
  if (!(told >= ports.length) || (told > 0 && ports.length === 0)) {
    throw parseFailure(name, `${own.get("hca_id")} has not the ports it tells; the text is cut`);
  }
  return withoutUndefined({
    device: own.get("hca_id"),
    transport: plain(own.get("transport")),
    firmware: own.get("fw_ver"),
    nodeGuid: own.get("node_guid"),
    vendorId: own.get("vendor_id"),
    vendorPartId: own.get("vendor_part_id"),
    ports: ports.map(portOf),
  });
}

/** `ibv_devinfo`, also with `-v` (ibv_devinfo(1), rdma-core). A host without devices gives an empty list. */
export const ibvDevinfoParser = defineParser<IbvDevice[]>({
  name,
  version: 1,
  schema: z.array(device),
  reader: () => {
    const devices: { own: Fields; ports: Fields[] }[] = [];
    let none = false;
    return {
      line(text) {
        if (/^No IB devices found/.test(text)) none = true;
        const pair = /^(\t*)(\w+):\s+(\S.*?)\s*$/.exec(text);
        if (pair === null) return;
        const [, tabs = "", key = "", value = ""] = pair;
        if (key === "hca_id") devices.push({ own: new Map(), ports: [] });
        const last = devices.at(-1);
        if (tabs.length === 2 && key === "port") last?.ports.push(new Map());
        // deeper lines of -v are lists of flags and tables
        const fields = tabs.length >= 2 ? last?.ports.at(-1) : last?.own;
        if (!fields?.has(key)) fields?.set(key, value);
      },
      end() {
        if (devices.length === 0 && !none) throw parseFailure(name, "no device");
        return devices.map(deviceOf);
      },
    };
  },
});
