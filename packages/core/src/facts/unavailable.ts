/** What stands in a record for an item that could not be had. */
export const unavailable = (why: string): string => `unavailable: ${why}`;
