import { packageTree } from "./ssh-server.js";

/**
 * The environment of a kernel build with what this machine may lack, from packages that are unpacked and not
 * installed: programs find their data by the variables that are meant for that.
 */
export async function kernelBuildEnvironment(): Promise<Readonly<Record<string, string>>> {
  const tree = await packageTree("bc", "bison", "flex", "kmod", "libelf-dev", "libssl-dev");
  const libraries = `${tree}/usr/lib/x86_64-linux-gnu`;
  return {
    PATH: `${tree}/usr/bin:${tree}/sbin:${process.env["PATH"]}`,
    BISON_PKGDATADIR: `${tree}/usr/share/bison`,
    M4: `${tree}/usr/bin/m4`,
    C_INCLUDE_PATH: `${tree}/usr/include:${tree}/usr/include/x86_64-linux-gnu`,
    LIBRARY_PATH: libraries,
    LD_LIBRARY_PATH: libraries,
  };
}
