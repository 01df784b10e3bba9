/** What a kernel module says about itself. */
export interface ModuleInfo {
  /** Modules it cannot be loaded without. */
  readonly depends: readonly string[];
  /** Modules to be loaded before it where they exist. */
  readonly softDepends: readonly string[];
  /** Other names the kernel asks for it by. */
  readonly aliases: readonly string[];
}

/** The one spelling of a module's name; tools and files mix "-" and "_". */
export function moduleName(name: string): string {
  return name.replaceAll("-", "_");
}

/** Reads the `.modinfo` section of a kernel module, a 64-bit little-endian ELF file. */
export function parseModuleInfo(file: Buffer): ModuleInfo {
  const fields = sectionText(file, ".modinfo").split("\0");
  const values = (key: string) =>
    fields
      .filter((field) => field.startsWith(`${key}=`))
      .map((field) => field.slice(key.length + 1));
  const list = (text: string, separator: RegExp) =>
    text.split(separator).filter(Boolean).map(moduleName);
  return {
    depends: values("depends").flatMap((text) => list(text, /,/)),
    softDepends: values("softdep").flatMap((text) =>
      list(/pre:\s*(.*?)(?:post:|$)/.exec(text)?.[1] ?? "", /\s+/),
    ),
    aliases: values("alias"),
  };
}

function sectionText(file: Buffer, wanted: string): string {
  const [table, size, count, namesIndex] = [
    Number(file.readBigUInt64LE(0x28)),
    file.readUInt16LE(0x3a),
    file.readUInt16LE(0x3c),
    file.readUInt16LE(0x3e),
  ];
  const section = (index: number) => {
    const at = table + index * size;
    const offset = Number(file.readBigUInt64LE(at + 0x18));
    const length = Number(file.readBigUInt64LE(at + 0x20));
    return { name: file.readUInt32LE(at), content: file.subarray(offset, offset + length) };
  };
  const names = section(namesIndex).content;
  for (let index = 0; index < count; index++) {
    const { name, content } = section(index);
    const end = names.indexOf(0, name);
    if (names.toString("latin1", name, end) === wanted) return content.toString("latin1");
  }
  return "";
}
