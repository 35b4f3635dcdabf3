import { escapeXml } from './xml.js';
import type { Reporter } from './reporter.js';

/** JUnit's XML: a suite for each file, a failed case for each error and warning. */
export function createJunitReporter(): Reporter {
  return {
    begin: '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="imagestream-lint">\n',
    file({ file, findings }) {
      const failures = findings.filter(({ severity }) => severity !== 'info');
      const name = escapeXml(file);
      const cases = failures.map(({ rule, severity, line, column, field, message }) => {
        const text = `${field === '' ? '' : `${field}: `}${message}`;
        return (
          `    <testcase classname="${name}" name="${escapeXml(`${rule} at ${line}:${column}`)}">\n` +
          `      <failure type="${severity}" message="${escapeXml(text)}">${escapeXml(`${file}:${line}:${column} ${text}`)}</failure>\n` +
          '    </testcase>\n'
        );
      });
      const passed =
        failures.length === 0
          ? `    <testcase classname="${name}" name="imagestream-lint"/>\n`
          : '';
      const tests = Math.max(1, failures.length);
      return `  <testsuite name="${name}" tests="${tests}" failures="${failures.length}">\n${cases.join('')}${passed}  </testsuite>\n`;
    },
    end: () => '</testsuites>\n',
  };
}
