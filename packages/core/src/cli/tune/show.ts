import { exitCodes } from "../../errors/catalogue.js";
import type { TuningProfile } from "../../tuning/profile.js";
import type { Terminal } from "../terminal.js";

/** Prints a profile as the file one of one's own can begin with. Returns the exit code. */
export async function tuneShow(profile: TuningProfile, { out }: Terminal): Promise<number> {
  const { profileText } = await import("../../tuning/file/write-profile.js");
  out.raw(profileText(profile));
  return exitCodes.ok;
}
