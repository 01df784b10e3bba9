import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Carrier, OpenCarrier } from "../carrier.js";
import type { SshTarget } from "../config/target.js";
import { configText, masterArguments } from "./arguments.js";
import { type Askpass, askOnce, openAskpass } from "./askpass.js";
import type { KeyChecking } from "./key-checking.js";
import { loggedIn, type Master, startMaster } from "./master.js";
import { type Mux, openMux } from "./mux.js";
import { makePrivateDirectory } from "./private-directory.js";

/** Connections made by the ssh program: certificates, FIDO keys, GSSAPI, whatever the user's ssh can. */
export function opensshCarrier(target: SshTarget, checking: KeyChecking): OpenCarrier {
  const askAgain = target.ask === undefined ? undefined : askOnce(target.ask);
  return async (signal) => {
    const directory = await makePrivateDirectory();
    const controlSocket = join(directory, "ctl");
    const config = join(directory, "config");
    let master: Master | undefined;
    let askpass: Askpass | undefined;
    try {
      const argv = masterArguments(target, { checking, config, controlSocket });
      await writeFile(config, configText(target, checking));
      askpass = askAgain && (await openAskpass(directory, askAgain()));
      master = startMaster({ directory, argv, environment: askpass?.environment ?? {} });
      const { destination } = target;
      await loggedIn(master, { socket: controlSocket, directory, destination, signal });
      return carrierOf(master, await openMux(controlSocket));
    } catch (error) {
      master?.kill("SIGKILL");
      await (master?.closed ?? rm(directory, { recursive: true, force: true }));
      throw error;
    } finally {
      askpass?.close();
    }
  };
}

function carrierOf(master: Master, mux: Mux): Carrier {
  const destroy = () => {
    mux.destroy();
    master.kill("SIGKILL");
  };
  // Without its socket nothing more can be done on the connection.
  void mux.closed.then(() => master.kill("SIGTERM"));
  return {
    serverSoftware: / remote software version (\S+)/.exec(master.log())?.[1],
    lost: mux.closed,
    closed: Promise.all([master.closed, mux.closed]).then(() => {}),
    openChannel: (text) => mux.openChannel(text),
    end: () => master.kill("SIGTERM"),
    destroy,
  };
}
