import { formatFieldError, type AdmissionRequest, type Verdict } from '@imagestream/core';
import { definePolicy, PolicyError, type Policy, type PolicyScope } from './policy.js';

/** What every ready policy can be told besides its own options. */
export interface ScopeOptions extends PolicyScope {
  /** Tells policies of one sort apart. Default: the name of the sort. */
  readonly name?: string;
  /** `deny` refuses what breaks the rule; `warn` lets it through with warnings. Default `deny`. */
  readonly action?: 'deny' | 'warn';
  /** Only these namespaces; `*` at the end stands for any ending. Default: all. */
  readonly namespaces?: readonly string[];
  /** Not these namespaces, whatever `namespaces` says. */
  readonly excludeNamespaces?: readonly string[];
}

/**
 * Narrows a policy to namespaces, renames it, and turns its denials into warnings where asked to.
 *
 * Throws a PolicyError for a pattern with a `*` anywhere but at its end.
 */
export function withScope(policy: Policy, scope: ScopeOptions): Policy {
  const isIncluded = matchNames(scope.namespaces ?? ['*']);
  const isExcluded = matchNames(scope.excludeNamespaces ?? []);
  const inScope = ({ namespace = '' }: AdmissionRequest): boolean =>
    isIncluded(namespace) && !isExcluded(namespace);
  return definePolicy({
    ...policy,
    name: scope.name ?? policy.name,
    scope: toScope(scope),
    matches: (request) => inScope(request) && policy.matches(request),
    review: async (context) => {
      const verdict = await policy.review(context);
      return scope.action === 'warn' ? soften(verdict) : verdict;
    },
  });
}

function toScope({ action, namespaces, excludeNamespaces }: ScopeOptions): PolicyScope {
  return {
    ...(action === undefined ? {} : { action }),
    ...(namespaces === undefined ? {} : { namespaces }),
    ...(excludeNamespaces === undefined ? {} : { excludeNamespaces }),
  };
}

/** A denial as warnings, one for each thing that is wrong. */
export function soften(verdict: Verdict): Verdict {
  if (verdict.type !== 'deny') return verdict;
  const texts =
    verdict.errors.length === 0 ? [verdict.message] : verdict.errors.map(formatFieldError);
  return { type: 'allow', warnings: [...verdict.warnings, ...texts] };
}

/**
 * Makes a test for names from names and patterns with a `*` at the end: `team-*`.
 *
 * Throws a PolicyError for a `*` elsewhere.
 */
export function matchNames(patterns: readonly string[]): (name: string) => boolean {
  const exact = new Set<string>();
  const prefixes: string[] = [];
  for (const pattern of patterns) {
    const star = pattern.indexOf('*');
    if (star < 0) exact.add(pattern);
    else if (star === pattern.length - 1) prefixes.push(pattern.slice(0, -1));
    else
      throw new PolicyError(
        `the pattern ${JSON.stringify(pattern)} has a * before its end; only "prefix*" is understood`,
      );
  }
  return (name) => exact.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
