import { z } from "zod";

/** A TCP or UDP port. */
export const portField = z.int().min(1).max(65_535);

/** A host name or address; a leading dash would be read as a flag. */
export const addressField = z.string().regex(/^[^\s-]\S*$/, "not an address or host name");

/** A device or interface name; a leading dash would be read as a flag. */
export const nameField = z.string().regex(/^[^\s-]\S*$/, "not a device name");

/** A path of a file on the host that runs the tool. */
export const pathField = z.string().min(1).regex(/^[^-]/, "a path must not start with a dash");

/** Whole positive number. */
export const countField = z.int().min(1);

/** Further arguments for flags that have no field of their own, appended as they are. */
export const extraArgsField = z.array(z.string()).readonly().optional();
