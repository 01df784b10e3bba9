import { z } from "zod";

/** Name of a package as dpkg lists it, without an architecture. */
export const packageName = z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/, "must be a package's name");
