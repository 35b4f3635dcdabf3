import type { CelRule } from './policy.js';

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
 * One rule about tags for each of the three kinds that hold some: streams, ImageStreamTags and ImageTags. `rule` makes the
 * expression for the tag a text stands for. As in the webhook, a tag that is stored in the same words is not judged: it does not stop
 * somebody who changes a label.
 */
export function celForTags(rule: (tag: string) => string, message: string): CelRule[] {
  return [
    { resources: ['imagestreams'], message, expression: everyNewTag(rule('t')) },
    { resources: ['imagestreamtags'], message, expression: newTag('tag', rule) },
    { resources: ['imagetags'], message, expression: newTag('spec', rule) },
  ];
}

/** The rule for every tag `t` of an image stream that is new or was changed. */
export function everyNewTag(rule: string): string {
  const isOld = 'oldObject != null && has(oldObject.spec.tags) && t in oldObject.spec.tags';
  return `!has(object.spec.tags) || object.spec.tags.all(t, (${rule}) || (${isOld}))`;
}

function newTag(member: 'tag' | 'spec', rule: (tag: string) => string): string {
  const tag = `object.${member}`;
  const old = `oldObject.${member}`;
  const isOld = `oldObject != null && has(${old}) && ${old} == ${tag}`;
  return `!has(${tag}) || ${tag} == null || (${rule(tag)}) || (${isOld})`;
}
