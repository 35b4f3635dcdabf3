import { celText } from '../cel.js';
import { IMAGE_GROUP } from '../image-requests.js';
import type { CelRule, Policy, PolicyScope } from '../policy.js';
import { coveredResources } from './covered-resources.js';

/** What can be said as CEL, and what cannot. */
export interface CelPolicies {
  /** ValidatingAdmissionPolicy and ValidatingAdmissionPolicyBinding objects, one pair for each policy that has rules. */
  readonly objects: readonly object[];
  /** The policies left out, with the reason. */
  readonly leftOut: readonly { readonly policy: string; readonly reason: string }[];
}

/** How the objects are named and what happens when an expression breaks. */
export interface CelPolicyOptions {
  /** Goes before the name of each policy. */
  readonly name: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
}

/** Turns the policies that carry CEL into objects the API server runs by itself. */
export function makeCelPolicies(
  policies: readonly Policy[],
  options: CelPolicyOptions,
): CelPolicies {
  const objects: object[] = [];
  const leftOut: { policy: string; reason: string }[] = [];
  for (const policy of policies) {
    const { cel = [], name } = policy;
    if (cel.length === 0) {
      leftOut.push({ policy: name, reason: policy.notInCel ?? 'it has no CEL' });
      continue;
    }
    const missing = missingResources(cel, policy);
    if (missing.length > 0) {
      leftOut.push({
        policy: `${name}, for ${missing.join(', ')}`,
        reason: 'the CEL rule covers fewer ways to write a tag than the webhook does',
      });
    }
    objects.push(makePolicy(policy, cel, options), makeBinding(policy, options));
  }
  return { objects, leftOut };
}

/** What the policy judges and its CEL does not. */
function missingResources(cel: readonly CelRule[], policy: Policy): string[] {
  const covered: ReadonlySet<string> = new Set(cel.flatMap(({ resources }) => resources));
  return [...coveredResources([policy]).keys()].filter((resource) => !covered.has(resource));
}

function makePolicy(
  { name, scope }: Policy,
  cel: readonly CelRule[],
  options: CelPolicyOptions,
): object {
  const resources = [...new Set(cel.flatMap((rule) => rule.resources))];
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: `${options.name}-${name}` },
    spec: {
      failurePolicy: options.failurePolicy,
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: [IMAGE_GROUP],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE'],
            resources,
            scope: 'Namespaced',
          },
        ],
      },
      ...matchConditions(scope),
      validations: cel.map((rule) => ({
        expression: forResources(rule, resources),
        message: rule.message,
        reason: 'Invalid',
      })),
    },
  };
}

/** One policy has one list of validations for all its resources, so each says which ones it is about. */
function forResources(rule: CelRule, all: readonly string[]): string {
  if (rule.resources.length === all.length) return rule.expression;
  const names = rule.resources.map((name) => `'${name}'`).join(', ');
  return `!(request.resource.resource in [${names}]) || (${rule.expression})`;
}

/** A namespace selector knows no patterns, so the namespaces of a policy are a condition. */
function matchConditions({ namespaces, excludeNamespaces = [] }: PolicyScope = {}): {
  readonly matchConditions?: readonly { name: string; expression: string }[];
} {
  const conditions = [
    ...(namespaces === undefined ? [] : [{ name: 'namespaces', expression: isOneOf(namespaces) }]),
    ...(excludeNamespaces.length === 0
      ? []
      : [{ name: 'exclude-namespaces', expression: `!(${isOneOf(excludeNamespaces)})` }]),
  ];
  return conditions.length === 0 ? {} : { matchConditions: conditions };
}

function isOneOf(patterns: readonly string[]): string {
  const tests = patterns.map((pattern) =>
    pattern.endsWith('*')
      ? `request.namespace.startsWith(${celText(pattern.slice(0, -1))})`
      : `request.namespace == ${celText(pattern)}`,
  );
  return tests.length === 0 ? 'false' : tests.join(' || ');
}

function makeBinding({ name: policy, scope }: Policy, options: CelPolicyOptions): object {
  const name = `${options.name}-${policy}`;
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name },
    spec: {
      policyName: name,
      validationActions: scope?.action === 'warn' ? ['Warn', 'Audit'] : ['Deny'],
    },
  };
}
