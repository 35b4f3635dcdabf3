import type { Reporter } from './reporter.js';

/** The Test Anything Protocol, version 13: a test for each file. */
export function createTapReporter(): Reporter {
  let count = 0;
  return {
    begin: 'TAP version 13\n',
    file({ file, findings }) {
      count++;
      const isOk = !findings.some(({ severity }) => severity === 'error');
      const head = `${isOk ? 'ok' : 'not ok'} ${count} - ${file.replaceAll('#', '\\#')}\n`;
      if (findings.length === 0) return head;
      const items = findings.map(
        ({ rule, severity, line, column, field, message }) =>
          `    - rule: ${rule}\n      severity: ${severity}\n      line: ${line}\n      column: ${column}\n` +
          `      message: ${JSON.stringify(`${field === '' ? '' : `${field}: `}${message}`)}\n`,
      );
      return `${head}  ---\n  findings:\n${items.join('')}  ...\n`;
    },
    end: () => `1..${count}\n`,
  };
}
