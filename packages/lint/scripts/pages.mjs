// The pages of docs/rules and the schema of the configuration, made from the built rules. Every printed report is what
// the linter prints.
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { stringify } from 'yaml';

const dist = new URL('../dist/', import.meta.url);

/** Makes the pages; expects `npm run build` to have been run. */
export async function makePages(serverRules) {
  const { collectRules, createLinter, PRESETS } = await import(new URL('index.js', dist).href);
  const { createReporter } = await import(new URL('report/create-reporter.js', dist).href);
  const rules = [...collectRules().values()];
  const sources = new Map(serverRules.map((rule) => [rule.id, rule]));
  const print = (rule, text, { filename = 'stream.yaml', options = {} } = {}) => {
    const linter = createLinter({ rules: { [rule.id]: [strongest(rule), options] } });
    const result = linter.lint(text, filename);
    const findings = result.findings.filter((finding) => finding.rule === rule.id);
    const reporter = createReporter('pretty', { color: false, version: '0', rules: [] });
    const lines = Object.fromEntries(text.split('\n').map((line, index) => [index + 1, line]));
    return reporter.file({ file: filename, findings, lines, diff: '' }).trimEnd();
  };
  const pages = [];
  for (const rule of rules) {
    const source = sources.get(rule.id);
    const shown = {
      ...rule,
      examples: {
        bad: await formatAll(rule.examples.bad),
        good: await formatAll(rule.examples.good),
      },
    };
    const text = await makePage(shown, { source, print, presets: PRESETS });
    pages.push({ path: `docs/rules/${rule.id}.md`, text });
  }
  return [
    ...pages,
    { path: 'docs/rules/README.md', text: makeIndex(rules, PRESETS) },
    { path: 'imagestream-lint.schema.json', text: JSON.stringify(makeSchema(rules, PRESETS)) },
  ];
}

const ORDER = ['info', 'warning', 'error'];

function strongest(rule) {
  const given = Object.values(rule.severity);
  return ORDER.findLast((severity) => given.includes(severity)) ?? 'warning';
}

/** Layout as it is in Markdown, before the linter says which column something stands in. */
async function formatAll(examples) {
  return Promise.all(
    examples.map(async (example) => ({ ...example, text: await formatYaml(example.text) })),
  );
}

async function formatYaml(text) {
  const config = await resolveConfig(
    fileURLToPath(new URL('../../../.prettierrc.json', import.meta.url)),
  );
  try {
    return await format(text, { ...config, parser: 'yaml' });
  } catch (error) {
    // An example of what cannot be read stays as it is.
    if (
      error instanceof SyntaxError ||
      error.name === 'YAMLSyntaxError' ||
      error.cause !== undefined
    )
      return text;
    throw error;
  }
}

async function makePage(rule, { source, print, presets }) {
  const parts = [`# ${rule.id}`, rule.summary, rule.why];
  parts.push(
    table(
      ['preset', 'severity'],
      presets.map((preset) => [preset, rule.severity[preset] ?? 'off']),
    ),
  );
  if (rule.fixable) parts.push('`--fix` mends it.');
  if (rule.kinds) parts.push(`Kinds: ${rule.kinds.join(', ')}.`);
  const options = Object.entries(rule.options ?? {});
  if (options.length > 0) {
    parts.push(
      '## Options',
      table(
        ['option', 'type', 'default', 'meaning'],
        options.map(([name, option]) => [
          `\`${name}\``,
          option.type,
          `\`${JSON.stringify(option.default)}\``,
          option.description,
        ]),
      ),
    );
  }
  if (source !== undefined) parts.push(...(await serverExample(rule, source, print)));
  for (const example of rule.examples.bad) {
    parts.push(
      '## Found',
      fence(languageOf(example.text), example.text.trimEnd()),
      fence('text', print(rule, example.text, example)),
    );
  }
  for (const example of rule.examples.good)
    parts.push('## Not found', fence(languageOf(example.text), example.text.trimEnd()));
  return `${parts.join('\n\n')}\n`;
}

/** The examples of a validator's rule are objects of spec/rules.yaml; those of a stored state cannot be shown from a file. */
async function serverExample(rule, source, print) {
  const parts = [
    `Where the rule comes from: ${source.source}. A message of it:`,
    fence('text', source.message.trim()),
  ];
  if (!isFromFile(source.fails)) return parts;
  const text = await formatYaml(
    stringify(source.fails.object, { lineWidth: 0, aliasDuplicateObjects: false }),
  );
  const report = print(rule, text);
  if (report === '' || text.length > 4000) return parts;
  return [...parts, '## Found', fence('yaml', text.trimEnd()), fence('text', report)];
}

/** Whether an example needs nothing but the object itself. */
export function isFromFile(example) {
  if (example === undefined || JSON.stringify(example.object).includes('$repeat')) return false;
  const members = Object.keys(example).filter((key) => key !== 'object' && key !== 'operation');
  return (
    members.length === 0 &&
    (example.operation === undefined ||
      example.operation === 'create' ||
      example.operation === 'object')
  );
}

function languageOf(text) {
  return text.trimStart().startsWith('{{') ? 'text' : /\{\{-|"app$/m.test(text) ? 'text' : 'yaml';
}

function fence(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function makeIndex(rules, presets) {
  const rows = rules.map((rule) => [
    `[${rule.id}](${rule.id}.md)`,
    ...presets.map((preset) => rule.severity[preset] ?? '–'),
    rule.fixable ? 'yes' : '',
    rule.summary.replaceAll('|', '\\|').replaceAll('\n', ' '),
  ]);
  return `# Rules

${rules.length} rules. \`error\`: the API server refuses it. \`warning\`: it is taken, but will not work, or hardly as meant. \`info\`: worth
knowing. The strict preset calls what will not work an error as well.

${table(['rule', ...presets, 'fix', 'what it asks'], rows)}
`;
}

function makeSchema(rules, presets) {
  const severity = { enum: ['off', 'info', 'warning', 'error'] };
  const settingOf = (rule) => ({
    description: rule.summary,
    oneOf: [
      severity,
      { type: 'array', minItems: 1, maxItems: 2, items: [severity, optionsOf(rule)] },
    ],
  });
  const types = { strings: { type: 'array', items: { type: 'string' } } };
  const optionsOf = (rule) => ({
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(rule.options ?? {}).map(([name, option]) => [
        name,
        {
          ...(types[option.type] ?? { type: option.type }),
          default: option.default,
          description: option.description,
        },
      ]),
    ),
  });
  const preset = {
    enum: presets,
    description: 'The set of rules to start from.',
    default: 'recommended',
  };
  const rulesSchema = {
    type: 'object',
    description: 'Severities of single rules; they come before the preset.',
    additionalProperties: false,
    properties: Object.fromEntries(rules.map((rule) => [rule.id, settingOf(rule)])),
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: 'Made from the rules by packages/lint/scripts/pages.mjs. Do not edit.',
    title: 'Configuration of imagestream-lint',
    type: 'object',
    additionalProperties: false,
    definitions: { rules: rulesSchema },
    properties: {
      $schema: { type: 'string' },
      preset,
      rules: { $ref: '#/definitions/rules' },
      overrides: {
        type: 'array',
        description: 'Settings for some files; later entries come before earlier ones.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['files'],
          properties: {
            files: {
              type: 'array',
              items: { type: 'string' },
              description: 'Patterns, relative to this file.',
            },
            preset,
            rules: { $ref: '#/definitions/rules' },
          },
        },
      },
      ignore: {
        type: 'array',
        items: { type: 'string' },
        description: 'Files and folders to leave out.',
      },
      parameters: {
        type: 'object',
        description: 'Values for parameters of Templates.',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
      },
      namespace: { type: 'string', description: 'The namespace of objects that name none.' },
      allowedRegistries: {
        type: 'array',
        description:
          'The registries images may come from, as in the image configuration of the cluster.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['domainName'],
          properties: { domainName: { type: 'string' }, insecure: { type: 'boolean' } },
        },
      },
    },
  };
}
