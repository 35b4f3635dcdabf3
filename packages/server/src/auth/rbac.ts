/** Decides by ordinary Role, ClusterRole, RoleBinding and ClusterRoleBinding objects. */
import { isJsonObject, type KubeObject } from '@imagestream/core';
import type { AccessAttributes, Authorizer, UserInfo } from '../registry/request-context.js';

/** One rule of a role. Empty lists grant nothing. */
interface PolicyRule {
  readonly verbs: readonly string[];
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** Rules that hold for some subjects, in one namespace or everywhere (empty). */
interface Grant {
  readonly namespace: string;
  readonly subjects: readonly Subject[];
  readonly rules: readonly PolicyRule[];
}

const rbacGroup = 'rbac.authorization.k8s.io';
/** Who may do everything, whatever roles say. */
const mastersGroup = 'system:masters';

/** What every cluster grants: discovery to whoever is known, probes and the version to everybody. */
const standingGrants: readonly Grant[] = [
  grantOf('system:authenticated', {
    nonResourceURLs: [
      '/api',
      '/api/*',
      '/apis',
      '/apis/*',
      '/healthz',
      '/livez',
      '/oapi',
      '/oapi/*',
      '/openapi',
      '/openapi/*',
      '/readyz',
      '/version',
      '/version/',
    ],
  }),
  grantOf('system:unauthenticated', {
    nonResourceURLs: ['/healthz', '/livez', '/readyz', '/version', '/version/'],
  }),
  {
    namespace: '',
    subjects: [{ kind: 'Group', name: 'system:authenticated', namespace: '' }],
    rules: [
      {
        verbs: ['create'],
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        resourceNames: [],
        nonResourceURLs: [],
      },
      {
        verbs: ['create'],
        apiGroups: ['authentication.k8s.io'],
        resources: ['selfsubjectreviews'],
        resourceNames: [],
        nonResourceURLs: [],
      },
    ],
  },
];

function grantOf(group: string, { nonResourceURLs }: Pick<PolicyRule, 'nonResourceURLs'>): Grant {
  return {
    namespace: '',
    subjects: [{ kind: 'Group', name: group, namespace: '' }],
    rules: [{ verbs: ['get'], apiGroups: [], resources: [], resourceNames: [], nonResourceURLs }],
  };
}

/**
 * An authorizer from RBAC objects; objects of other kinds are left aside. A binding to a role that is not among them
 * grants nothing. Throws a RangeError for an object that cannot be one.
 *
 * Source: api-authorization.
 */
export function rbacAuthorizer(objects: readonly KubeObject[]): Authorizer {
  const ours = objects.filter(({ apiVersion }) => apiVersion.startsWith(`${rbacGroup}/`));
  const grants = [...standingGrants, ...ours.flatMap((object) => readBinding(object, ours))];
  return {
    can(user, attributes) {
      const allowed =
        isMaster(user) ||
        grants.some(
          (grant) =>
            coversNamespace(grant, attributes.namespace) &&
            coversUser(grant, user) &&
            grant.rules.some((rule) => coversResource(rule, attributes)),
        );
      return { allowed, reason: '' };
    },
    canVisit(user, { verb, path }) {
      const allowed =
        isMaster(user) ||
        grants.some(
          (grant) =>
            grant.namespace === '' &&
            coversUser(grant, user) &&
            grant.rules.some((rule) => coversPath(rule, verb, path)),
        );
      return { allowed, reason: '' };
    },
  };
}

function isMaster({ groups }: UserInfo): boolean {
  return groups.includes(mastersGroup);
}

function readBinding(binding: KubeObject, objects: readonly KubeObject[]): Grant[] {
  if (binding.kind !== 'RoleBinding' && binding.kind !== 'ClusterRoleBinding') return [];
  const { subjects, roleRef } = binding as KubeObject & { subjects?: unknown; roleRef?: unknown };
  if (!isJsonObject(roleRef) || typeof roleRef['name'] !== 'string') {
    throw new RangeError(`${describe(binding)}: roleRef has no name`);
  }
  const { namespace = '' } = binding.metadata;
  const role = findRole(objects, {
    kind: String(roleRef['kind']),
    name: roleRef['name'],
    namespace,
  });
  return [
    {
      namespace: binding.kind === 'RoleBinding' ? namespace || 'default' : '',
      subjects: readSubjects(subjects, namespace),
      rules: role === undefined ? [] : readRules(role, objects),
    },
  ];
}

function describe({ kind, metadata }: KubeObject): string {
  return [kind, [metadata.namespace, metadata.name].filter(Boolean).join('/')].join(' ');
}

function findRole(
  objects: readonly KubeObject[],
  { kind, name, namespace }: Subject,
): KubeObject | undefined {
  return objects.find(
    (object) =>
      object.kind === kind &&
      object.metadata.name === name &&
      (kind === 'ClusterRole' || (object.metadata.namespace ?? '') === namespace),
  );
}

function readSubjects(subjects: unknown, namespace: string): Subject[] {
  return (Array.isArray(subjects) ? subjects : []).filter(isJsonObject).map((subject) => ({
    kind: String(subject['kind']),
    name: String(subject['name']),
    namespace: typeof subject['namespace'] === 'string' ? subject['namespace'] : namespace,
  }));
}

function readRules(role: KubeObject, objects: readonly KubeObject[]): PolicyRule[] {
  const { rules, aggregationRule } = role as KubeObject & {
    rules?: unknown;
    aggregationRule?: unknown;
  };
  const own = (Array.isArray(rules) ? rules : []).filter(isJsonObject).map(readRule);
  return [...own, ...aggregated(aggregationRule, objects)];
}

function readRule(rule: Record<string, unknown>): PolicyRule {
  const list = (name: string): string[] => {
    const value = rule[name];
    return Array.isArray(value) ? value.map(String) : [];
  };
  return {
    verbs: list('verbs'),
    apiGroups: list('apiGroups'),
    resources: list('resources'),
    resourceNames: list('resourceNames'),
    nonResourceURLs: list('nonResourceURLs'),
  };
}

/** The rules of all cluster roles whose labels one of the selectors of an aggregation rule matches. */
function aggregated(aggregation: unknown, objects: readonly KubeObject[]): PolicyRule[] {
  const selectors = isJsonObject(aggregation) ? aggregation['clusterRoleSelectors'] : undefined;
  if (!Array.isArray(selectors)) return [];
  return selectors.filter(isJsonObject).flatMap(({ matchLabels }) => {
    if (!isJsonObject(matchLabels)) return [];
    return objects
      .filter(
        ({ kind, metadata }) =>
          kind === 'ClusterRole' &&
          Object.entries(matchLabels).every(([key, value]) => metadata.labels?.[key] === value),
      )
      .flatMap((role) => readRules({ ...role, aggregationRule: undefined } as KubeObject, objects));
  });
}

function coversNamespace(grant: Grant, namespace: string | undefined): boolean {
  return grant.namespace === '' || grant.namespace === namespace;
}

function coversUser({ subjects }: Grant, user: UserInfo): boolean {
  return subjects.some(({ kind, name, namespace }) => {
    switch (kind) {
      case 'User':
        return name === user.name || name === '*';
      case 'Group':
        return user.groups.includes(name);
      case 'ServiceAccount':
        return user.name === `system:serviceaccount:${namespace}:${name}`;
      default:
        return false;
    }
  });
}

function coversResource(rule: PolicyRule, attributes: AccessAttributes): boolean {
  const { verb, group, resource, subresource = '', name = '' } = attributes;
  return (
    covers(rule.verbs, verb) &&
    covers(rule.apiGroups, group) &&
    rule.resources.some((pattern) => matchesResource(pattern, resource, subresource)) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(name))
  );
}

function covers(patterns: readonly string[], value: string): boolean {
  return patterns.includes('*') || patterns.includes(value);
}

function matchesResource(pattern: string, resource: string, subresource: string): boolean {
  if (pattern === '*') return true;
  if (subresource === '') return pattern === resource;
  return pattern === `${resource}/${subresource}` || pattern === `*/${subresource}`;
}

function coversPath(rule: PolicyRule, verb: string, path: string): boolean {
  return (
    covers(rule.verbs, verb) &&
    rule.nonResourceURLs.some(
      (pattern) =>
        pattern === '*' ||
        pattern === path ||
        (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1))),
    )
  );
}
