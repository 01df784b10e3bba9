export { defaultCacheDirectory } from "../../packages/cache-directory.js";
