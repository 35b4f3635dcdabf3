import type { AdmissionRequest, KubeObject, Verdict } from '@imagestream/core';

/** What a policy is asked about. */
export interface PolicyContext {
  readonly request: AdmissionRequest;
  readonly operation: AdmissionRequest['operation'];
  /** The namespace of the request, empty for cluster-scoped resources. */
  readonly namespace: string;
  /** The object as it is to be stored; for mutating policies as the earlier ones left it. Undefined for DELETE. */
  readonly object: KubeObject | undefined;
  /** The object as it is stored. Undefined for CREATE. */
  readonly oldObject: KubeObject | undefined;
  /** Nothing will be stored: a policy must have no effect outside its answer then. */
  readonly dryRun: boolean;
  /** Aborts when the answer would come too late. Pass it on to whatever waits. */
  readonly signal: AbortSignal;
}

/** Which rule a policy would be inside the API server: one CEL expression that holds for what is allowed. */
export interface CelRule {
  /** The plural resources the expression is about. */
  readonly resources: readonly string[];
  readonly expression: string;
  readonly message: string;
}

/** Where a policy holds, and how hard. Absent members: everywhere, and refusing. */
export interface PolicyScope {
  readonly action?: 'deny' | 'warn';
  readonly namespaces?: readonly string[];
  readonly excludeNamespaces?: readonly string[];
}

/**
 * A rule of a cluster. Validating policies look and never change; mutating ones change and must be idempotent, since a
 * cluster may ask them twice about one request.
 */
export interface Policy {
  /** Kebab case, unique; stands in metrics, logs and audit annotations. */
  readonly name: string;
  readonly type: 'validating' | 'mutating';
  /** Whether the policy has anything to say about a request. Must not wait or throw. */
  readonly matches: (request: AdmissionRequest) => boolean;
  /**
   * The verdict. A throw is a fault of the policy: the request is neither allowed nor denied, the API server's
   * `failurePolicy` decides.
   */
  readonly review: (context: PolicyContext) => Verdict | Promise<Verdict>;
  /** The same rule as CEL, where it can be said so. */
  readonly cel?: readonly CelRule[];
  /** Why the rule cannot be said in CEL. */
  readonly notInCel?: string;
  /** What `matches` and `review` were narrowed to, for those who say the rule elsewhere. */
  readonly scope?: PolicyScope;
}

/** Thrown for a policy that is set up wrongly. */
export class PolicyError extends Error {
  override readonly name: string = 'PolicyError';
}

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Makes a policy. Throws a PolicyError when the name is not in kebab case: it becomes part of metrics and annotations.
 *
 * @example
 * definePolicy({
 *   name: 'no-mondays',
 *   type: 'validating',
 *   matches: ({ operation }) => operation === 'CREATE',
 *   review: () => (new Date().getUTCDay() === 1 ? refuse('not on a Monday') : allow()),
 * });
 */
export function definePolicy(policy: Policy): Policy {
  if (!NAME.test(policy.name)) {
    throw new PolicyError(
      `the policy name ${JSON.stringify(policy.name)} is not in kebab case, such as "require-digest"`,
    );
  }
  return policy;
}
