import {
  assertNever,
  isKubeObject,
  type AdmissionRequest,
  type FieldError,
  type Verdict,
} from '@imagestream/core';
import type { Policy, PolicyContext } from './policy.js';

/** What the policies of one path decided together. */
export interface Outcome {
  readonly verdict: Verdict;
  /** Which policies were asked, and what each said; in order. */
  readonly decisions: readonly Decision[];
}

/** What one policy said. */
export interface Decision {
  readonly policy: string;
  /** `warn` is an allowance with warnings. */
  readonly verdict: Verdict['type'] | 'warn';
}

/** A policy broke: it threw, or said what its type may not say. The request is neither allowed nor denied. */
export class PolicyFault extends Error {
  override readonly name: string = 'PolicyFault';
  readonly policy: string;

  constructor(policy: string, message: string, options?: ErrorOptions) {
    super(`policy ${policy}: ${message}`, options);
    this.policy = policy;
  }
}

/**
 * Asks policies about a request, in their order. Each mutating one sees the object the one before left; validating ones
 * all see the same. Warnings add up. All validating policies are asked, so that a user sees every denial at once; the
 * first mutating denial ends the run, since the others would judge an object nobody will store.
 *
 * Throws a PolicyFault when a policy throws, and the signal's reason when it aborts.
 */
export async function runPolicies(
  policies: readonly Policy[],
  request: AdmissionRequest,
  signal: AbortSignal,
): Promise<Outcome> {
  const run = new PolicyRun(request, signal);
  for (const policy of policies) {
    if (!policy.matches(request)) continue;
    await run.ask(policy);
    if (run.isRefusedByMutation) break;
  }
  return run.finish();
}

class PolicyRun {
  readonly #request: AdmissionRequest;
  readonly #signal: AbortSignal;
  readonly #decisions: Decision[] = [];
  readonly #warnings: string[] = [];
  readonly #denials: Extract<Verdict, { type: 'deny' }>[] = [];
  #object: unknown;
  #isPatched = false;
  isRefusedByMutation = false;

  constructor(request: AdmissionRequest, signal: AbortSignal) {
    this.#request = request;
    this.#signal = signal;
    this.#object = request.object ?? undefined;
  }

  async ask(policy: Policy): Promise<void> {
    const verdict = await this.#review(policy);
    this.#signal.throwIfAborted();
    this.#decisions.push({ policy: policy.name, verdict: nameVerdict(verdict) });
    this.#warnings.push(...verdict.warnings);
    switch (verdict.type) {
      case 'allow':
        return;
      case 'patch':
        if (policy.type === 'validating')
          throw new PolicyFault(policy.name, 'a validating policy may not change the object');
        this.#object = verdict.object;
        this.#isPatched = true;
        return;
      case 'deny':
        this.#denials.push(verdict);
        this.isRefusedByMutation = policy.type === 'mutating';
        return;
      default:
        assertNever(verdict, 'verdict');
    }
  }

  async #review(policy: Policy): Promise<Verdict> {
    try {
      return await policy.review(this.#context());
    } catch (cause) {
      if (this.#signal.aborted) throw cause;
      throw new PolicyFault(policy.name, cause instanceof Error ? cause.message : String(cause), {
        cause,
      });
    }
  }

  #context(): PolicyContext {
    const { operation, namespace = '', oldObject, dryRun = false } = this.#request;
    return {
      request: this.#request,
      operation,
      namespace,
      object: isKubeObject(this.#object) ? this.#object : undefined,
      oldObject: isKubeObject(oldObject) ? oldObject : undefined,
      dryRun,
      signal: this.#signal,
    };
  }

  finish(): Outcome {
    const warnings = [...new Set(this.#warnings)];
    return { verdict: this.#combine(warnings), decisions: this.#decisions };
  }

  #combine(warnings: readonly string[]): Verdict {
    const [first] = this.#denials;
    if (first !== undefined) {
      const errors: FieldError[] = this.#denials.flatMap((denial) => denial.errors);
      const message = [...new Set(this.#denials.map((denial) => denial.message))].join('; ');
      return { type: 'deny', message, errors, code: first.code, warnings };
    }
    return this.#isPatched
      ? { type: 'patch', object: this.#object, warnings }
      : { type: 'allow', warnings };
  }
}

function nameVerdict({ type, warnings }: Verdict): Decision['verdict'] {
  return type === 'allow' && warnings.length > 0 ? 'warn' : type;
}
