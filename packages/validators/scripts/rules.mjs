// Writes what is made from spec/rules.yaml: src/rule-ids.ts, so that a misspelled rule id does not
// compile, and the pages of docs/. With --check it only compares, and exits 1 on a difference.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parse, stringify } from 'yaml';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = join(here, '..', '..');
const BANNER = 'Made from spec/rules.yaml by packages/validators/scripts/rules.mjs. Do not edit.';

/** The pages in the order a reader meets them, each with its title. A group of rules is one page. */
const PAGES = {
  structure: 'Structure',
  metadata: 'Metadata',
  references: 'References, digests and names',
  tags: 'Tags',
  'image-streams': 'Image streams',
  generations: 'Generations',
  following: 'Following tags',
  images: 'Images',
  signatures: 'Signatures',
  mappings: 'Image stream mappings',
  imports: 'Imports',
  'stream-tags': 'Stream tags',
  'image-tags': 'Image tags',
  layers: 'Layers',
  conversion: 'Conversion and defaults',
  consistency: 'Consistency of stored objects',
};

/** Reads the rules. Throws on an entry that is not complete. */
export function readRules() {
  const { rules } = parse(readFileSync(join(root, 'spec', 'rules.yaml'), 'utf8'));
  for (const rule of rules) {
    for (const member of ['id', 'group', 'sentence', 'source', 'usedBy']) {
      if (rule[member] === undefined) throw new Error(`rule ${rule.id} has no ${member}`);
    }
    if (!(rule.group in PAGES)) throw new Error(`rule ${rule.id} is of an unknown group`);
    const example = [rule.message, rule.fails, rule.passes].filter((part) => part !== undefined);
    if (example.length % 3 !== 0) throw new Error(`rule ${rule.id} has half an example`);
  }
  return rules;
}

/** Makes the files, as paths below the package and their text. */
export async function makeRuleFiles(rules = readRules()) {
  const pages = Object.entries(PAGES).map(([group, title]) => {
    const members = rules.filter((rule) => rule.group === group);
    return { path: `docs/${group}.md`, text: makePage(title, members) };
  });
  const files = [
    { path: 'src/rule-ids.ts', text: makeRuleIds(rules) },
    { path: 'docs/README.md', text: makeIndex(rules) },
    ...pages,
  ];
  return Promise.all(files.map(formatFile));
}

async function formatFile({ path, text }) {
  const filepath = join(here, path);
  const options = await resolveConfig(filepath);
  return { path, text: await format(text, { ...options, filepath }) };
}

function makeRuleIds(rules) {
  const ids = rules.map(({ id }) => id).toSorted();
  return `// ${BANNER}

/** Every rule of \`spec/rules.yaml\`, by its id. */
export const RULE_IDS = [${ids.map((id) => `'${id}'`).join(', ')}] as const;

/** The id of a rule in \`spec/rules.yaml\`. */
export type RuleId = (typeof RULE_IDS)[number];
`;
}

function makeIndex(rules) {
  const rows = Object.entries(PAGES).map(([group, title]) => {
    const ids = rules.filter((rule) => rule.group === group).map(({ id }) => `\`${id}\``);
    return `| [${title}](${group}.md) | ${ids.join(' ')} |`;
  });
  return `<!-- ${BANNER} -->

# Rules

Every rule by which \`@imagestream/validators\` judges an object, and the ones by which it prepares an object
first. \`FieldError.rule\` is the id of the rule that found the error.

Examples are run as tests. An example is the object as a client sends it, for the operation named above it;
\`object\` stands for the object as it stands, with no request. \`{ $repeat: [text, times] }\` stands for a long text.

| page | rules |
| --- | --- |
${rows.join('\n')}
`;
}

function makePage(title, rules) {
  return `<!-- ${BANNER} -->\n\n# ${title}\n\n${rules.map(makeSection).join('\n')}`;
}

function makeSection(rule) {
  const facts = `Used by: ${rule.usedBy.join(', ')}. Source: ${rule.source}.`;
  const head = `## ${rule.id}\n\n${rule.sentence}\n\n${facts}\n`;
  if (rule.message === undefined) return head;
  const { fails, passes } = rule;
  return `${head}
\`\`\`text
${shorten(rule.message)}
\`\`\`

Fails (${fails.operation ?? 'object'}):

${makeExample(fails)}

Passes:

${makeExample(passes)}
`;
}

function makeExample({ operation: _, object, old, ...rest }) {
  const parts = [`\`\`\`yaml\n${stringify(object, { lineWidth: 0 })}\`\`\``];
  if (old !== undefined)
    parts.push(`over`, `\`\`\`yaml\n${stringify(old, { lineWidth: 0 })}\`\`\``);
  if (Object.keys(rest).length > 0) {
    parts.push(`with`, `\`\`\`yaml\n${stringify(rest, { lineWidth: 0 })}\`\`\``);
  }
  return parts.join('\n\n');
}

/** A message that repeats a very long name is cut; the test compares all of it. */
function shorten(message) {
  return message.length > 500 ? `${message.slice(0, 200)} … ${message.slice(-200)}` : message;
}

/** Writes or compares the files. Returns the paths that were, or would be, changed. */
export async function updateRuleFiles({ check }) {
  const files = await makeRuleFiles();
  const wanted = new Set(files.map(({ path }) => path));
  const stale = existsSync(join(here, 'docs'))
    ? readdirSync(join(here, 'docs'))
        .map((name) => `docs/${name}`)
        .filter((path) => !wanted.has(path))
    : [];
  const changed = files.filter(({ path, text }) => readIfThere(path) !== text);
  if (!check) {
    for (const { path, text } of changed) {
      mkdirSync(dirname(join(here, path)), { recursive: true });
      writeFileSync(join(here, path), text);
    }
    for (const path of stale) rmSync(join(here, path));
  }
  return [...changed.map(({ path }) => path), ...stale].map(
    (path) => `packages/validators/${path}`,
  );
}

function readIfThere(path) {
  return existsSync(join(here, path)) ? readFileSync(join(here, path), 'utf8') : undefined;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const check = process.argv.includes('--check');
  const changed = await updateRuleFiles({ check });
  if (check && changed.length > 0) {
    console.error(`not what spec/rules.yaml gives: ${changed.join(', ')}`);
    process.exitCode = 1;
  }
}
