import { forbidden } from '@imagestream/core';
import { matchWrites } from '../image-requests.js';
import { celForTags, celText } from '../cel.js';
import { definePolicy, type Policy } from '../policy.js';
import { matchNames, withScope, type ScopeOptions } from '../scope.js';
import { readChangedSources } from '../tag-sources.js';
import { allow, deny } from '../verdict.js';

/** Which namespaces may be named all the same. */
export interface CrossNamespaceOptions extends ScopeOptions {
  /** Namespaces anybody may take images from, `*` at the end for any ending. Default: `openshift`. */
  readonly allowedNamespaces?: readonly string[];
}

/** Refuses tags that follow a stream of another namespace, but for some namespaces made for it. */
export function forbidCrossNamespaceSources({
  allowedNamespaces = ['openshift'],
  ...scope
}: CrossNamespaceOptions = {}): Policy {
  const isAllowed = matchNames(allowedNamespaces);
  const policy = definePolicy({
    name: 'forbid-cross-namespace-sources',
    type: 'validating',
    matches: matchWrites('imagestreams', 'imagestreamtags', 'imagetags'),
    review: (context) => {
      const errors = readChangedSources(context).flatMap(({ from }) => {
        const namespace = from?.namespace ?? '';
        if (
          from === undefined ||
          namespace === '' ||
          namespace === context.namespace ||
          isAllowed(namespace)
        )
          return [];
        const where =
          allowedNamespaces.length === 0 ? '' : `; allowed are ${allowedNamespaces.join(', ')}`;
        return [
          forbidden(
            from.path.child('namespace'),
            `images of namespace ${namespace} may not be used here${where}`,
          ),
        ];
      });
      return errors.length === 0 ? allow() : deny(errors);
    },
    cel: celForTags(
      (tag) =>
        `!has(${tag}.from) || !has(${tag}.from.namespace) || ${tag}.from.namespace == object.metadata.namespace || ${tag}.from.namespace in [''${exactNames(allowedNamespaces)}]${prefixTests(tag, allowedNamespaces)}`,
      'tags may not follow streams of other namespaces',
    ),
  });
  return withScope(policy, scope);
}

function exactNames(names: readonly string[]): string {
  return names
    .filter((name) => !name.endsWith('*'))
    .map((name) => `, ${celText(name)}`)
    .join('');
}

function prefixTests(tag: string, names: readonly string[]): string {
  return names
    .filter((name) => name.endsWith('*'))
    .map((name) => ` || ${tag}.from.namespace.startsWith(${celText(name.slice(0, -1))})`)
    .join('');
}
