// @ts-check

/**
 * What is going to be installed.
 * @typedef {object} Plan
 * @property {number} npmPackages
 * @property {readonly string[]} debianPackages
 * @property {{ names: readonly string[], bytes: number } | undefined} simulation
 *   apt's own forecast; undefined before its lists have been fetched
 * @property {"root" | "sudo" | undefined} elevation
 * @property {string} root
 * @property {string} cache
 */

/**
 * Whether the plan installs nothing.
 * @param {Plan} plan
 */
export function isEmpty({ npmPackages, debianPackages }) {
  return npmPackages === 0 && debianPackages.length === 0;
}

/**
 * The plan as text, complete enough to agree to.
 * @param {Plan} plan
 */
export function describe({ npmPackages, debianPackages, simulation, elevation, root, cache }) {
  const lines = ["This will be installed:"];
  if (debianPackages.length > 0) {
    const how = elevation === "sudo" ? "sudo apt-get" : "apt-get";
    lines.push(`  Debian packages, with ${how}: ${debianPackages.join(" ")}`);
    lines.push(`    ${forecast(simulation)}; no service is started`);
  }
  if (npmPackages > 0) {
    lines.push(
      `  up to ${npmPackages} npm packages, as package-lock.json pins them, in ${root}/node_modules`,
    );
  }
  lines.push(`Then the packages are built in ${root}/packages/*/dist.`);
  lines.push(`Guests are made from Debian packages that are kept in ${cache}, not installed.`);
  return `${lines.join("\n")}\n`;
}

/** @param {Plan["simulation"]} simulation */
function forecast(simulation) {
  if (simulation === undefined) return "and what they depend on, after apt-get update";
  const { names, bytes } = simulation;
  return `${names.length} with what they depend on, ${(bytes / 1e6).toFixed(1)} MB to download`;
}

/**
 * What was installed, and how to undo it.
 * @param {Plan} plan
 */
export function describeDone({ npmPackages, debianPackages, simulation, root }) {
  const lines = [];
  if (debianPackages.length > 0) {
    const count = simulation === undefined ? "" : ` (${simulation.names.length} with dependencies)`;
    lines.push(`Installed Debian packages: ${debianPackages.join(" ")}${count}`);
    lines.push(`  undo: apt-get purge --autoremove ${debianPackages.join(" ")}`);
  }
  if (npmPackages > 0) {
    lines.push(`Installed the npm packages in ${root}/node_modules`);
    lines.push("  undo: remove that directory");
  }
  return lines.map((line) => `${line}\n`).join("");
}
