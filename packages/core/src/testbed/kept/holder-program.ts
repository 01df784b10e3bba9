import { hold } from "./hold.js";

// what still runs then, e.g. a connection on its way out, keeps nobody waiting
process.exit(await hold());
