import type { OptionsSchema } from "../experiment/schema.js";
import type { Variant } from "../experiment/variant.js";
import type { Answers, Facts } from "../facts/fact.js";
import type { Step } from "../plan/step.js";
import type { Capability, LinkEnd, Role } from "../testbed/testbed.js";
import type { Build } from "./builds/build.js";

/** What is to be set up, before a host is looked at. */
export interface SetupAim<O> {
  readonly options: O;
  /** What is to be run on the hosts afterwards. */
  readonly variants: readonly Variant[];
  /**
   * Name of the kernel the guests boot, of the system's `kernels`: modules are built for it. @default that of the
   * distribution, or the one hosts run
   */
  readonly kernel?: string;
}

/** What a setup sees of one host. */
export interface SetupContext<O, F extends Facts = Facts> extends SetupAim<O> {
  /** Name of the host in the testbed. */
  readonly host: string;
  /** What it will be in a run. */
  readonly role: Role;
  /** Its data NIC, on the link a run uses. */
  readonly end: LinkEnd;
  readonly facts: Answers<F>;
}

/**
 * What the experiments of a system need on hosts that are there already, as data. The programs of their `tools`
 * need not be named: they are installed for every system.
 */
export interface Setup<O, F extends Facts = Facts> {
  /** Each has a default or may be left out: `run` asks what is missing with none given. */
  readonly options: OptionsSchema<O>;
  /** Asked of every host before its steps are made. @default none */
  readonly facts?: F;
  /** Debian packages beside those of the experiments' programs. @default none */
  packages?(context: SetupContext<O, F>): readonly string[];
  /** Pure. What should hold on one host, in this order; packages are there before. @default nothing */
  steps?(context: SetupContext<O, F>): readonly Step[];
  /**
   * What is built from sources; also for guests and namespaces, which nothing is known of yet then. `host` is there
   * where it is for one host of a testbed file: builds of hosts may differ. @default nothing
   */
  builds?(aim: SetupAim<O>, host?: SetupContext<O, F>): readonly Build[];
  /** Capabilities a setup can bring to hosts, with the flags that ask for it. @default none */
  readonly brings?: Readonly<Partial<Record<Capability, string>>>;
}

/** A setup whose type arguments do not matter, as a system holds it. */
// biome-ignore lint/suspicious/noExplicitAny: systems mix type arguments
export type AnySetup = Setup<any, any>;

/** Ties options, facts and steps of a setup together for the type checker. */
export function defineSetup<O, F extends Facts = Record<never, never>>(
  setup: Setup<O, F>,
): Setup<O, F> {
  return setup;
}
