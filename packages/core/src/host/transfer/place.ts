import { createHash } from "node:crypto";
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

/** Throws OPTIONS_INVALID, naming the option, for a path that names nothing one could put in place. */
export function placeOf(path: string, field: "localPath" | "path"): Place {
  const trimmed = path.replace(/\/+$/, "");
  const name = trimmed.slice(trimmed.lastIndexOf("/") + 1);
  if (name === "" || name === "." || name === ".." || path.includes("\0")) {
    throw hoststackError(
      "OPTIONS_INVALID",
      `${field} "${path}" is not the path of a file or tree`,
      {
        remedy: "give a path that ends in a name",
        details: { field },
      },
    );
  }
  const parent = trimmed.slice(0, trimmed.length - name.length) || "./";
  const short = Buffer.byteLength(name) > longestStem ? shortened(name) : name;
  const safeParent = parent.startsWith("-") ? `./${parent}` : parent;
  return {
    path: `${safeParent}${name}`,
    parent: safeParent,
    stem: `${safeParent}.${short}.hoststack-`,
  };
}

/** Names that begin alike stay apart: what one has left is not the other's. */
function shortened(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 20);
  const begin = Buffer.from(name).subarray(0, longestStem - digest.length - 3);
  return `${begin.toString()}${digest}`;
}
