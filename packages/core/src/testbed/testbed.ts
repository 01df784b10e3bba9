import type { Host } from "../host/host.js";
import type { TrafficState } from "./traffic/traffic.js";

/** Where figures come from; shown beside them in records, tables and docs. */
export type Evidence = "hardware" | "guest" | "namespace";

/** What a testbed can offer an experiment. */
export type Capability = "own-kernel" | "rdma" | "root" | "separate-machines";

/** A capability that some hosts do not have, for the sentence that says so. */
export interface MissingCapability {
  readonly capability: Capability;
  /** Names of the hosts it is missing on. */
  readonly hosts: readonly string[];
  /** It is missing only where one of these hosts takes part too. @default it is missing anyway */
  readonly besides?: readonly string[];
  /** Why it is missing, as a clause that can follow a colon. */
  readonly why: string;
  /** How to get it. */
  readonly remedy: string;
}

/** What an experiment's hosts can be to it. */
export type Role = "client" | "server";

/** Names of the hosts of an embedded testbed: two, or more on one switch. */
export type HostNames = readonly [string, string, ...string[]];

/** One end of a link: a data NIC of a host, apart from its management address. */
export interface LinkEnd {
  /** Name of the host in the testbed. */
  readonly host: string;
  /** Name of the network interface on that host. */
  readonly nic: string;
  /** Addresses without prefix length, IPv4 first. */
  readonly addresses: readonly [string, ...string[]];
}

/** A connection between data NICs of two hosts; hosts on one switch have a link for each pair of them. */
export interface Link {
  readonly name: string;
  /** Link MTU in bytes. */
  readonly mtuBytes: number;
  readonly ends: readonly [LinkEnd, LinkEnd];
}

/** Hosts wired together; disposing it undoes all that opening it did. */
export interface Testbed extends AsyncDisposable {
  readonly kind: "netns" | "ssh" | "vm";
  readonly hosts: readonly Host[];
  readonly links: readonly [Link, ...Link[]];
  /** What every host offers. */
  readonly capabilities: ReadonlySet<Capability>;
  /** Why each of the other capabilities is missing, and on which hosts. */
  readonly missing: readonly MissingCapability[];
  /** Hosts an experiment may use in a role, in this order. @default the ends of the first link, in order */
  readonly roles?: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** What traffic must be judged by; absent where the link is private to the testbed. */
  readonly traffic?: TrafficState;
  readonly evidence: Evidence;
  /** Facts of the testbed worth a line in every record: emulation, kernel, image key, versions. */
  readonly provenance: Readonly<Record<string, string>>;
  /** What a person must know before reading figures, e.g. that the guests are emulated. */
  readonly notices: readonly string[];
  /** What stays on this machine on purpose when it is closed, one line each with its place. */
  readonly keeps: readonly string[];
  /**
   * Processes of this computer, beside this one, that the hosts descend from; absent where hosts are computers of
   * their own.
   */
  readonly embeddedBy?: readonly number[];
  /** Says that a host is gone (guest died); experiments stop waiting when it fires. */
  readonly lost: AbortSignal;
}

/** What happens while a testbed opens or a run goes on, for progress displays. */
export type Progress = (event: {
  /** Stable machine-readable kind, e.g. `guest.boot`. */
  readonly kind: string;
  /** One line for a person. */
  readonly text: string;
}) => void;
