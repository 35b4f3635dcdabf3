import type { AdmissionRequest, FieldError } from '@imagestream/core';
import { IMAGE_GROUP } from '../image-requests.js';
import { definePolicy, type Policy } from '../policy.js';
import { withScope, type ScopeOptions } from '../scope.js';
import { allow, deny, warn } from '../verdict.js';

/** What the policy needs of a finding; the linter's findings have it. */
export interface LintFinding {
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly field: string;
}

/** What the policy needs of a linter: `createLinter({ preset })` of `@imagestream/lint` makes one. */
export interface ObjectLinter {
  readonly lint: (text: string) => { readonly findings: readonly LintFinding[] };
}

/**
 * Runs a linter's rules on objects, unchanged: the findings are those `imagestream-lint` reports for the same object in a
 * file. Errors deny, warnings warn, infos are left out.
 *
 * @example
 * fromLintRules(createLinter({ preset: 'recommended' }), { action: 'warn' });
 */
export function fromLintRules(linter: ObjectLinter, scope: ScopeOptions = {}): Policy {
  const policy = definePolicy({
    name: 'lint',
    type: 'validating',
    matches: matchWritten,
    review: ({ object }) => {
      const { findings } = linter.lint(JSON.stringify(object));
      const warnings = findings.filter(({ severity }) => severity === 'warning').map(formatFinding);
      const errors = findings.filter(({ severity }) => severity === 'error').map(toFieldError);
      if (errors.length > 0) return deny(errors, warnings);
      return warnings.length > 0 ? warn(...warnings) : allow();
    },
    notInCel: 'lint rules are code',
  });
  return withScope(policy, scope);
}

function matchWritten({ operation, resource, subResource = '' }: AdmissionRequest): boolean {
  return (
    (operation === 'CREATE' || operation === 'UPDATE') &&
    resource.group === IMAGE_GROUP &&
    subResource === ''
  );
}

function formatFinding({ field, message, rule }: LintFinding): string {
  return `${field === '' ? '' : `${field}: `}${message} (${rule})`;
}

function toFieldError({ field, message, rule }: LintFinding): FieldError {
  return { type: 'Forbidden', field, detail: message, rule };
}
