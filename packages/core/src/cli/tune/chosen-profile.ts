import { access } from "node:fs/promises";
import { hoststackError } from "../../errors/error.js";
import { type HostsToTune, profileForHosts } from "../../system/profiles/profile-for-hosts.js";
import { profileChoices, profileNamed } from "../../system/profiles/profile-named.js";
import type { System } from "../../system/system.js";
import { readTuningProfile } from "../../tuning/file/read-profile.js";
import type { TuningProfile } from "../../tuning/profile.js";

/** A profile that a command line names: of a file it is read, of a system it is made once its hosts are open. */
export type ChosenProfile = (hosts: HostsToTune, signal: AbortSignal) => Promise<TuningProfile>;

const isFile = async (word: string): Promise<boolean> =>
  /[./]/.test(word) ||
  (await access(word).then(
    () => true,
    () => false,
  ));

/**
 * The profile of the system of this name, else the file. Throws OPTIONS_INVALID for what is neither, and
 * PROFILE_INVALID.
 */
export async function chosenProfile(
  system: System,
  verb: string,
  word: string | undefined,
): Promise<ChosenProfile> {
  if (word === undefined) {
    throw hoststackError("OPTIONS_INVALID", `tune ${verb} needs a profile`, {
      remedy: `name it: tune ${verb} PROFILE --testbed FILE; ${profileChoices(system)}`,
      details: { field: "profile" },
    });
  }
  const isOwn = Object.hasOwn(system.profiles ?? {}, word);
  if (!isOwn && (await isFile(word))) {
    const profile = await readTuningProfile(word);
    return () => Promise.resolve(profile);
  }
  const named = { name: word, profile: profileNamed(system, word) };
  return (hosts, signal) => profileForHosts(named, hosts, signal);
}
