import { hoststackError } from "../../errors/error.js";

/** Where something is put, and how what is put beside it meanwhile is called. */
export interface Place {
  /** Never starts with a dash. */
  readonly path: string;
  readonly parent: string;
  /** What all temporary names beside it begin with: `<parent>/.<name>.hoststack-`. */
  readonly stem: string;
}

/** Leaves room for the rest of a temporary name within the 255 bytes of a file name. */
const longestStem = 200;

/** Throws OPTIONS_INVALID for a path that names nothing one could put in place. */
export function placeOf(path: string): Place {
  const trimmed = path.replace(/\/+$/, "");
  const name = trimmed.slice(trimmed.lastIndexOf("/") + 1);
  if (name === "" || name === "." || name === ".." || path.includes("\0")) {
    throw hoststackError("OPTIONS_INVALID", `"${path}" is not the path of a file or tree`, {
      remedy: "give a path that ends in a name",
    });
  }
  const parent = trimmed.slice(0, trimmed.length - name.length) || "./";
  const short = Buffer.from(name).subarray(0, longestStem).toString();
  const safeParent = parent.startsWith("-") ? `./${parent}` : parent;
  return {
    path: `${safeParent}${name}`,
    parent: safeParent,
    stem: `${safeParent}.${short}.hoststack-`,
  };
}
