/** What PTP tells of a host's clock. */
export interface PtpReading {
  /** `reference`: the others follow it; `none`: nothing is agreed on yet. */
  readonly role: "follower" | "none" | "reference";
  /** Ahead of the clock it follows, as ptp4l has measured it last. */
  readonly offsetNs?: number;
  /** Of the system's clock to the NIC's or back, where phc2sys carries time between them. */
  readonly systemOffsetNs?: number;
  /** Of the clock that it follows, or its own: `525400.fffe.aa0001`. */
  readonly grandmaster?: string;
}

const roles = { SLAVE: "follower", MASTER: "reference", GRAND_MASTER: "reference" } as const;

/** A clock that is only measured stays so for good; its offset is 0 until the first is known. */
const measured = (state: string, offset: string | undefined) =>
  state === "UNCALIBRATED" && offset !== undefined && offset !== "0";

const isRole = (state: string): state is keyof typeof roles => Object.hasOwn(roles, state);

/** Reads answers of pmc, and the last line of phc2sys behind them. */
export function parsePtpReading(text: string): PtpReading {
  const field = (name: string) => new RegExp(`^\\s*${name}\\s+(\\S+)`, "m").exec(text)?.[1];
  const state = field("portState") ?? "";
  const told = field("master_offset");
  const role = isRole(state) ? roles[state] : measured(state, told) ? "follower" : "none";
  const offset = role === "follower" ? told : undefined;
  const grandmaster = field("gmIdentity");
  const system = /\boffset\s+(-?\d+)\s+s\d\b/.exec(text)?.[1];
  return {
    role,
    ...(offset === undefined ? {} : { offsetNs: Number(offset) }),
    ...(system === undefined ? {} : { systemOffsetNs: Number(system) }),
    ...(grandmaster === undefined ? {} : { grandmaster }),
  };
}
