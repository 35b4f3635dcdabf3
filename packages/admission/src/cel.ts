/** A text as a CEL literal. */
export function celText(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
  return `'${escaped}'`;
}

/**
 * CEL that holds when `rule` holds for every tag `t` of an image stream that is not there already in the same words: what was
 * there does not stop somebody who changes a label.
 */
export function everyNewTag(rule: string): string {
  const isOld = 'oldObject != null && has(oldObject.spec.tags) && t in oldObject.spec.tags';
  return `!has(object.spec.tags) || object.spec.tags.all(t, (${rule}) || (${isOld}))`;
}
