import type { Severity } from '../rule.js';
import { fingerprint } from './fingerprint.js';
import type { Reporter } from './reporter.js';

const SEVERITIES: Readonly<Record<Severity, string>> = {
  error: 'major',
  warning: 'minor',
  info: 'info',
};

/** GitLab's code quality report: a JSON list. */
export function createGitlabReporter(): Reporter {
  const seen = new Map<string, number>();
  let isFirst = true;
  return {
    begin: '[',
    file({ findings }) {
      return findings
        .map((finding) => {
          const { rule, severity, file, line, endLine, field, message } = finding;
          const print = fingerprint(finding);
          // GitLab shows one of two issues with the same fingerprint.
          const times = seen.get(print) ?? 0;
          seen.set(print, times + 1);
          const issue = {
            description: `${field === '' ? '' : `${field}: `}${message}`,
            check_name: rule,
            fingerprint: times === 0 ? print : `${print}-${times}`,
            severity: SEVERITIES[severity],
            location: {
              path: file.replaceAll('\\', '/').replace(/^\.\//, ''),
              lines: { begin: line, end: endLine },
            },
          };
          const text = `${isFirst ? '' : ','}\n${JSON.stringify(issue)}`;
          isFirst = false;
          return text;
        })
        .join('');
    },
    end: () => (isFirst ? ']\n' : '\n]\n'),
  };
}
