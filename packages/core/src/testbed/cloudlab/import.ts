/** How a manifest becomes a testbed file. */
export interface ImportOptions {
  /** Account to log in with. @default the first that each node lists */
  readonly user?: string;
}

/**
 * Turns the manifest of a CloudLab experiment (GENI RSpec version 3; also Emulab, Powder and other
 * sites that write it) into the text of a testbed file. A manifest names interfaces by MAC address;
 * their names are found when the testbed is opened. Throws TESTBED_INVALID when it is no manifest, has
 * no link between two nodes, or no login.
 */
export async function importCloudLabManifest(
  xml: string,
  { user }: ImportOptions = {},
): Promise<string> {
  const { testbedFileOfManifest } = await import("./testbed-file-of-manifest.js");
  return testbedFileOfManifest(xml, user);
}
