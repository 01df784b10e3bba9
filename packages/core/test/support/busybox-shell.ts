import { packageTree } from "./ssh-server.js";

/** A login shell under which every program is busybox, the shell too, as in a small guest. */
export async function busyboxShell(): Promise<string> {
  const busybox = `${await packageTree("busybox-static")}/bin/busybox`;
  return `#!${busybox} sh
mkdir -p "$HOME/bin" && [ -e "$HOME/bin/sh" ] || ${busybox} --install -s "$HOME/bin"
PATH=$HOME/bin exec ${busybox} sh "$@"
`;
}
