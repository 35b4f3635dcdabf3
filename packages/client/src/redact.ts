/** Headers that carry credentials or identities. */
const SECRET =
  /^(authorization|proxy-authorization|cookie|set-cookie|impersonate-.*|x-remote-.*)$/i;

/** Headers as a log may show them: credentials and identities become `***`. */
export function redactHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [name, SECRET.test(name) ? '***' : value]),
  );
}
