/**
 * The name rules every object shares: label keys and values, DNS names. Each check returns the server's own
 * sentences, one per broken rule, empty when the text is fine. Lengths are counted in bytes, as the server does.
 */

const NAME_PART = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;

const QUALIFIED_NAME_RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric " +
  "character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is " +
  "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

const LABEL_VALUE_RULE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for " +
  "validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

const DNS_SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start " +
  "and end with an alphanumeric character (e.g. 'example.com', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

const DNS_LABEL_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end " +
  "with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
  "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

/** How many bytes a text has in UTF-8; a lone surrogate counts as the three bytes of the replacement character. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLowSurrogate(text.charCodeAt(i + 1))) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}

function tooLongBy(text: string, max: number): string[] {
  return utf8Length(text) > max ? [`must be no more than ${max} characters`] : [];
}

/** A label key, annotation key (lower-cased by the caller) or finalizer: `name` or `prefix/name`. */
export function checkQualifiedName(text: string): string[] {
  const parts = text.split('/');
  if (parts.length > 2) {
    return [
      `a qualified name ${QUALIFIED_NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ];
  }
  const problems: string[] = [];
  const name = parts[parts.length - 1] ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  if (prefix === '') problems.push('prefix part must be non-empty');
  else if (prefix !== undefined)
    problems.push(...checkDns1123Subdomain(prefix).map((p) => `prefix part ${p}`));
  if (name === '') problems.push('name part must be non-empty');
  else problems.push(...tooLongBy(name, 63).map((p) => `name part ${p}`));
  if (!NAME_PART.test(name)) problems.push(`name part ${QUALIFIED_NAME_RULE}`);
  return problems;
}

/** A label value: empty, or at most 63 characters of a name. */
export function checkLabelValue(text: string): string[] {
  const problems = tooLongBy(text, 63);
  if (text !== '' && !NAME_PART.test(text)) problems.push(LABEL_VALUE_RULE);
  return problems;
}

/** A DNS subdomain: dot-separated labels of lower-case letters, digits and `-`, at most 253 characters. */
export function checkDns1123Subdomain(text: string): string[] {
  const problems = tooLongBy(text, 253);
  if (!text.split('.').every((part) => DNS_LABEL.test(part))) problems.push(DNS_SUBDOMAIN_RULE);
  return problems;
}

/** A DNS label: lower-case letters, digits and `-`, at most 63 characters; what a namespace is named with. */
export function checkDns1123Label(text: string): string[] {
  const problems = tooLongBy(text, 63);
  if (DNS_LABEL.test(text)) return problems;
  const isSubdomain = text.split('.').every((part) => DNS_LABEL.test(part));
  problems.push(isSubdomain ? 'must not contain dots' : DNS_LABEL_RULE);
  return problems;
}
