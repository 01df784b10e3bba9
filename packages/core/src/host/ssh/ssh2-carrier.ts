import type { Client, ClientChannel } from "ssh2";
import { type Carrier, type Channel, ChannelRefused, type SessionEnd } from "./carrier.js";

/** The carrier of a logged-in client of the ssh2 library. */
export function ssh2Carrier(client: Client): Carrier {
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  return {
    serverSoftware: serverSoftware(client),
    lost: closed,
    closed,
    openChannel: (text) => openChannel(client, text),
    end: () => client.end(),
    destroy: () => client.destroy(),
  };
}

function openChannel(client: Client, text: string): Promise<Channel> {
  return new Promise((resolve, reject) => {
    client.exec(text, (error, channel) => {
      if (error === undefined) resolve(wrapped(channel));
      else reject("reason" in error ? new ChannelRefused(error.message) : error);
    });
  });
}

function wrapped(channel: ClientChannel): Channel {
  channel.on("error", () => {});
  const closed = watchEnd(channel);
  const destroy = () => channel.destroy();
  return { stdin: channel, stdout: channel, stderr: channel.stderr, closed, destroy };
}

/** Listens from the start: a short program is gone before its caller gets to hear of it. */
function watchEnd(channel: ClientChannel): Promise<SessionEnd | undefined> {
  let end: SessionEnd | undefined;
  channel.once("exit", (code: number | null, name?: string) => {
    if (code !== null) end = { exitCode: code };
    else end = { signal: name?.startsWith("SIG") ? name : `SIG${name}` };
  });
  return new Promise((resolve) => channel.once("close", () => resolve(end)));
}

/** The library tells it to no one but itself; without it we only start a little later. */
function serverSoftware(client: Client): string | undefined {
  const { _remoteVer } = client as { _remoteVer?: unknown };
  return typeof _remoteVer === "string" ? _remoteVer : undefined;
}
