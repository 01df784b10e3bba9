import { parseXml, XmlElement } from "@rgrove/parse-xml";
import { hoststackError } from "../../errors/error.js";

/** How an account logs in to a node. */
interface ManifestLogin {
  readonly user: string;
  readonly hostname: string;
  readonly port: number;
}

/** An experiment interface of a node. */
interface ManifestInterface {
  /** Name links refer to it by. */
  readonly id: string;
  /** MAC address with colons, in lower case. */
  readonly mac?: string;
  readonly addresses: readonly string[];
}

/** A node of a manifest. */
export interface ManifestNode {
  readonly name: string;
  readonly logins: readonly ManifestLogin[];
  readonly interfaces: readonly ManifestInterface[];
}

/** A link or LAN of a manifest. */
export interface ManifestLink {
  readonly name: string;
  /** Ids of the interfaces it joins. */
  readonly interfaces: readonly string[];
}

/** What a GENI RSpec manifest says of nodes and links. */
export interface Manifest {
  readonly nodes: readonly ManifestNode[];
  readonly links: readonly ManifestLink[];
}

/** Elements by their name without a namespace prefix, which is the writer's choice. */
const localName = (element: XmlElement): string => element.name.replace(/^.*:/, "");

const childrenNamed = (parent: XmlElement, name: string): XmlElement[] =>
  parent.children.filter(
    (child): child is XmlElement => child instanceof XmlElement && localName(child) === name,
  );

/** Manifests of Emulab write `0cc47a34a6b4`, others `0c:c4:7a:34:a6:b4`. */
function macOf(text: string | undefined): string | undefined {
  const digits = (text ?? "").replaceAll(/[:-]/g, "").toLowerCase();
  return /^[0-9a-f]{12}$/.test(digits) ? (digits.match(/../g) ?? []).join(":") : undefined;
}

function readInterface(element: XmlElement): ManifestInterface {
  const { client_id: id = "", mac_address: text } = element.attributes;
  const mac = macOf(text);
  const addresses = childrenNamed(element, "ip").flatMap(
    ({ attributes: { address } }) => address ?? [],
  );
  return { id, ...(mac === undefined ? {} : { mac }), addresses };
}

function readLogin({ attributes }: XmlElement): ManifestLogin[] {
  const { username: user, hostname, port = "22" } = attributes;
  if (user === undefined || hostname === undefined) return [];
  return [{ user, hostname, port: Number(port) }];
}

const readNode = (element: XmlElement): ManifestNode => ({
  name: element.attributes["client_id"] ?? "",
  logins: childrenNamed(element, "services")
    .flatMap((services) => childrenNamed(services, "login"))
    .flatMap(readLogin),
  interfaces: childrenNamed(element, "interface").map(readInterface),
});

const readLink = (element: XmlElement): ManifestLink => ({
  name: element.attributes["client_id"] ?? "",
  interfaces: childrenNamed(element, "interface_ref").flatMap(
    ({ attributes: { client_id: id } }) => id ?? [],
  ),
});

const invalid = (text: string, cause?: unknown) =>
  hoststackError("TESTBED_INVALID", `the manifest ${text}`, {
    cause,
    remedy: "save the Manifest view of the experiment, or the output of geni-get manifest",
  });

/** Reads a GENI RSpec version 3 manifest. Throws TESTBED_INVALID. */
export function readManifest(xml: string): Manifest {
  const root = (() => {
    try {
      return parseXml(xml.trim()).root;
    } catch (cause) {
      const words = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
      throw invalid(`is no XML: ${words}`, cause);
    }
  })();
  if (root === null || localName(root) !== "rspec") throw invalid("is no RSpec");
  const { type } = root.attributes;
  if (type !== "manifest") {
    throw invalid(`is an RSpec of the type ${type ?? "unknown"}, which names no machines`);
  }
  const nodes = childrenNamed(root, "node").map(readNode);
  if (nodes.length === 0) throw invalid("has no nodes");
  return { nodes, links: childrenNamed(root, "link").map(readLink) };
}
