import type { Role, Testbed } from "../testbed.js";

const roleNames: readonly Role[] = ["client", "server"];

/** Roles as files and specs name them: one host, or a list. */
export type StatedRoles = Readonly<Partial<Record<Role, string | readonly string[] | undefined>>>;

/** The roles of a testbed file as testbeds have them: each a list, absent where the file says none. */
export function fileRoles(roles: StatedRoles | undefined): Pick<Testbed, "roles"> {
  const named = roleNames.flatMap((role) => {
    const hosts = roles?.[role];
    return hosts === undefined ? [] : [[role, typeof hosts === "string" ? [hosts] : hosts]];
  });
  return named.length === 0 ? {} : { roles: Object.fromEntries(named) };
}
