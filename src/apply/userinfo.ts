/** Passwords in URLs. Pure. */

/** Whether a URL in a text has a user name or a password, such as that of a proxy or of an index. */
export function hasUserinfo(text: string): boolean {
  return /:\/\/[^/\s]*@/.test(text);
}
