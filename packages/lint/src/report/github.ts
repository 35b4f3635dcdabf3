import type { Severity } from '../rule.js';
import type { Reporter } from './reporter.js';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/** Workflow commands that GitHub Actions shows at the lines of a pull request. */
export function createGithubReporter(): Reporter {
  return {
    begin: '',
    file: ({ findings }) =>
      findings
        .map(
          ({
            severity,
            file,
            line,
            column,
            endLine,
            endColumn,
            rule,
            field,
            message,
            suggestion,
          }) => {
            const place = `file=${escapeProperty(file)},line=${line},endLine=${endLine},col=${column},endColumn=${endColumn}`;
            const text = `${field === '' ? '' : `${field}: `}${message}${suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`}`;
            return `::${COMMANDS[severity]} ${place},title=${escapeProperty(rule)}::${escapeData(text)}\n`;
          },
        )
        .join(''),
    end: ({ files, errors, warnings, infos, objects }) =>
      `${files} files: ${errors} errors, ${warnings} warnings, ${infos} infos; ${objects} objects checked\n`,
  };
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
