import { z } from "zod";

/** A URL the host's tools fetch from; it ends up in argument lists, so it must not hold a password. */
export const sourceUrl = z
  .string()
  .refine(isFetchable, "must be an https:, http: or file: URL")
  .refine(holdsNoPassword, "must not hold a user name or password: others could read it");

function isFetchable(text: string): boolean {
  if (!/^(https?|file):\/\/[!-~]+$/.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol !== "file:" || (url.host === "" && url.pathname !== "/");
}

function holdsNoPassword(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { username, password } = new URL(text);
  return username === "" && password === "";
}
