import { escapeXml } from './xml.js';
import type { Reporter } from './reporter.js';

/** Checkstyle's XML, which many reviewing tools read. */
export function createCheckstyleReporter(): Reporter {
  return {
    begin: '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="4.3">\n',
    file({ file, findings }) {
      if (findings.length === 0) return '';
      const errors = findings.map(({ rule, severity, line, column, field, message }) => {
        const text = escapeXml(`${field === '' ? '' : `${field}: `}${message}`);
        return `    <error line="${line}" column="${column}" severity="${severity}" message="${text}" source="imagestream-lint.${rule}"/>\n`;
      });
      return `  <file name="${escapeXml(file)}">\n${errors.join('')}  </file>\n`;
    },
    end: () => '</checkstyle>\n',
  };
}
