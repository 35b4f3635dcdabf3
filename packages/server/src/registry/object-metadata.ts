import type { KubeObject } from '@imagestream/core';
import { formatTime, type RequestContext } from './request-context.js';
import type { ResourceInfo } from './rest.js';

/** The longest base of a generated name: five random characters fit behind it. */
const maxBaseLength = 58;
const suffixLength = 5;
/** Letters and digits that make no words and are not mistaken for one another. */
const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A name made from a base and five random characters. Source: api-generate-name. */
export function generateName(base: string, random: () => number): string {
  let suffix = '';
  for (let i = 0; i < suffixLength; i++) {
    suffix += suffixAlphabet.charAt(Math.floor(random() * suffixAlphabet.length));
  }
  return base.slice(0, maxBaseLength) + suffix;
}

/** Sets what every new object gets from the server and drops what no client may set. Changes `object`. */
export function fillSystemMetadata(
  object: KubeObject,
  { info, context }: { readonly info: ResourceInfo; readonly context: RequestContext },
): void {
  const { metadata } = object;
  metadata.uid = context.newUid();
  metadata.creationTimestamp = formatTime(context.now());
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  if (info.scope === 'Namespaced') metadata.namespace = context.namespace;
  else delete metadata.namespace;
}

/** Restores what an update cannot change to what the old object has. Changes `object`. */
export function keepSystemMetadata(object: KubeObject, old: KubeObject): void {
  const { metadata } = object;
  if ((metadata.uid ?? '') === '' && old.metadata.uid !== undefined)
    metadata.uid = old.metadata.uid;
  keep('creationTimestamp', true);
  keep('generation', true);
  if (old.metadata.deletionTimestamp !== undefined) keep('deletionTimestamp', true);
  keep('deletionGracePeriodSeconds', false);

  function keep(
    name: 'creationTimestamp' | 'generation' | 'deletionTimestamp' | 'deletionGracePeriodSeconds',
    always: boolean,
  ): void {
    if (!always && metadata[name] !== undefined) return;
    const value = old.metadata[name];
    if (value === undefined) delete metadata[name];
    else Object.assign(metadata, { [name]: value });
  }
}
