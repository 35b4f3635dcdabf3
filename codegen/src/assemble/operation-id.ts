import type { ResourceSource, VerbSource } from './spec-sources.js';

/** Group and version as operationIds spell them: `image.openshift.io`, `v1` give `ImageOpenshiftIoV1`. */
export function groupVersionWord(group: string, version: string): string {
  return [...groupWords(group), version].map(capitalise).join('');
}

/** Group and version as tags spell them: `imageOpenshiftIo_v1`. */
export function groupVersionTag(group: string, version: string): string {
  const [first = '', ...rest] = groupWords(group);
  return `${first}${rest.map(capitalise).join('')}_${version}`;
}

/** Where an operation's path reaches. */
export type OperationScope = 'cluster' | 'namespace' | 'all-namespaces';

/** What an operationId is made of. */
export interface OperationIdParts {
  /** Key of the verb in `verbs.yaml`. */
  readonly verb: string;
  readonly source: VerbSource;
  readonly resource: ResourceSource;
  readonly scope: OperationScope;
  /** Group and version as one word. */
  readonly word: string;
  readonly allNamespacesSuffix: string;
}

/**
 * The operationId an API server gives: verb, group and version, scope, kind, subresource, such as
 * `readAppsV1NamespacedDeploymentStatus`.
 */
export function operationId(parts: OperationIdParts): string {
  const { verb, source, resource, scope, word, allNamespacesSuffix } = parts;
  return [
    source.word,
    word,
    verb === 'deletecollection' ? 'Collection' : '',
    scope === 'namespace' ? 'Namespaced' : '',
    resource.parentKind,
    capitalise(resource.subresource ?? ''),
    verb === 'watchlist' ? 'List' : '',
    scope === 'all-namespaces' ? allNamespacesSuffix : '',
  ].join('');
}

/** Groups of Kubernetes itself lose their common ending; all others keep every part. */
function groupWords(group: string): readonly string[] {
  return group.replace(/\.k8s\.io$/, '').split(/[.-]/);
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
