import type { Finding } from '../finding.js';
import type { Reporter } from './reporter.js';

/** For programs: one JSON object with `findings` and `summary`. */
export function createJsonReporter(): Reporter {
  let isFirst = true;
  return {
    begin: '{"findings":[',
    file({ findings }) {
      return findings
        .map((finding) => {
          const text = `${isFirst ? '' : ','}\n${JSON.stringify(withoutEdits(finding))}`;
          isFirst = false;
          return text;
        })
        .join('');
    },
    end: (summary) => `${isFirst ? '' : '\n'}],"summary":${JSON.stringify(summary)}}\n`,
  };
}

function withoutEdits(finding: Finding): Omit<Finding, 'edits'> {
  const {
    rule,
    severity,
    message,
    file,
    line,
    column,
    endLine,
    endColumn,
    field,
    fixable,
    suggestion,
    object,
  } = finding;
  return {
    rule,
    severity,
    message,
    file,
    line,
    column,
    endLine,
    endColumn,
    field,
    fixable,
    ...(suggestion === undefined ? {} : { suggestion }),
    ...(object === undefined ? {} : { object }),
  };
}
