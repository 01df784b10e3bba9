import { hoststackError } from "../errors/error.js";

/** Refuses words after a verb that takes none. Throws OPTIONS_INVALID. */
export function refuseWords(
  { system, verb }: { readonly system: string; readonly verb: string },
  [word]: readonly string[],
): void {
  if (word === undefined) return;
  throw hoststackError("OPTIONS_INVALID", `${verb} takes flags only, not "${word}"`, {
    remedy: `${system} ${verb} --help lists them`,
  });
}
