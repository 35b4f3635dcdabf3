import type * as Lint from '@imagestream/lint';
import type { Policy } from '../policy.js';
import { fromLintRules } from '../policies/from-lint-rules.js';
import type { ScopeOptions } from '../scope.js';
import { messageOf, UsageError } from './usage-error.js';

/** What a configuration says about the linter. */
export interface LintPolicyOptions extends ScopeOptions {
  readonly preset?: string;
  /** Severities by rule: error, warning, info, off. */
  readonly rules?: Readonly<Record<string, string>>;
}

/**
 * Loads `@imagestream/lint`, which must be installed next to this package, and makes a policy of its rules. Rejects with a
 * UsageError when it is not there or does not know a preset or rule.
 */
export async function makeLintPolicy({
  preset,
  rules,
  ...scope
}: LintPolicyOptions): Promise<Policy> {
  const lint = await loadLinter();
  const options = {
    ...(preset === undefined ? {} : { preset }),
    ...(rules === undefined ? {} : { rules }),
  };
  try {
    // Texts where the linter has unions: it checks them itself and says what it knows.
    return fromLintRules(lint.createLinter(options as Lint.LintOptions), scope);
  } catch (cause) {
    throw new UsageError(`policy lint: ${messageOf(cause)}`, { cause });
  }
}

async function loadLinter(): Promise<typeof Lint> {
  try {
    return await import('@imagestream/lint');
  } catch (cause) {
    throw new UsageError('policy lint needs the package @imagestream/lint to be installed', {
      cause,
    });
  }
}
