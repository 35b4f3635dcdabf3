import type { Finding } from '../finding.js';
import type { RuleMeta, Severity } from '../rule.js';
import { fingerprint } from './fingerprint.js';
import type { Reporter, ReporterOptions } from './reporter.js';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** SARIF 2.1.0, for code scanning. */
export function createSarifReporter({ rules, version }: ReporterOptions): Reporter {
  const index = new Map(rules.map(({ id }, position) => [id, position]));
  let isFirst = true;
  return {
    begin:
      '{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[{"columnKind":"utf16CodeUnits","results":[',
    file({ findings }) {
      return findings
        .map((finding) => {
          const text = `${isFirst ? '' : ','}\n${JSON.stringify(toResult(finding, index.get(finding.rule)))}`;
          isFirst = false;
          return text;
        })
        .join('');
    },
    end: () =>
      `],"tool":${JSON.stringify({ driver: { name: 'imagestream-lint', semanticVersion: version, rules: rules.map(toDescriptor) } })}}]}\n`,
  };
}

function toDescriptor({ id, summary, why }: RuleMeta): object {
  const text = `${summary} ${why}`;
  return {
    id,
    shortDescription: { text: summary },
    fullDescription: { text },
    help: {
      text: `${text} More: imagestream-lint --explain ${id}`,
      markdown: `${summary}\n\n${why}`,
    },
  };
}

function toResult(finding: Finding, ruleIndex: number | undefined): object {
  const {
    rule,
    severity,
    message,
    field,
    file,
    line,
    column,
    endLine,
    endColumn,
    suggestion,
    object,
  } = finding;
  const where = field === '' ? '' : `${field}: `;
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  const name = object === undefined ? undefined : `${object.kind}/${object.name}`;
  return {
    ruleId: rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[severity],
    message: { text: `${where}${message}${hint}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: toUri(file) },
          region: { startLine: line, startColumn: column, endLine, endColumn },
        },
        ...(name === undefined
          ? {}
          : { logicalLocations: [{ fullyQualifiedName: name, kind: 'object' }] }),
      },
    ],
    partialFingerprints: { 'imagestreamLint/v1': fingerprint(finding) },
  };
}

/** A relative path as a URI reference; Windows separators turned round. */
function toUri(file: string): string {
  return file
    .replaceAll('\\', '/')
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}
