import type { FlowSetOptions } from "./options.js";

/** A GPU whose memory a NIC reads and writes. */
export interface Gpu {
  readonly pciAddress: string;
  /** As CUDA counts them. */
  readonly index: number;
}

/** What one end of a flow set runs on. */
export interface FlowEnd {
  readonly nic: string;
  /** Data address of the NIC. */
  readonly address: string;
  /** CPUs the process may use, ascending. */
  readonly cpus: readonly number[];
  readonly nicPciAddress?: string | undefined;
  readonly gpu?: Gpu | undefined;
}

/** What runs over one pair of NICs: a server and a client of tcp_stream, with ports and queues of their own. */
export interface FlowSet {
  readonly options: FlowSetOptions;
  /** The receiver. */
  readonly server: FlowEnd;
  readonly client: FlowEnd;
  /** The first of as many ports as there are flows. */
  readonly port: number;
  readonly sourcePort: number;
  readonly controlPort: number;
}
