// @ts-check

/**
 * Names of the packages `apt-get --simulate install` would install or upgrade.
 * @param {string} output
 */
export function simulatedPackages(output) {
  return [...output.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? "");
}

/**
 * Bytes `apt-get --print-uris install` would download.
 * @param {string} output lines of address, file name, size and checksum
 */
export function downloadBytes(output) {
  return [...output.matchAll(/^'\S+' \S+ (\d+)/gm)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
}
