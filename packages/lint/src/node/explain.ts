import { PRESETS, type Preset, type Rule } from '../rule.js';
import { collectRules, didYouMean } from '../settings.js';
import { UsageError } from './usage-error.js';

/** What `--explain` prints about a rule. Throws a UsageError, with the nearest id, when there is none. */
export function explainRule(id: string): string {
  const rules = collectRules();
  const rule = rules.get(id);
  if (rule === undefined) {
    throw new UsageError(`there is no rule ${JSON.stringify(id)}${didYouMean(id, rules.keys())}`);
  }
  const parts = [`${rule.id}\n\n${rule.summary}\n\n${wrap(rule.why)}`, severities(rule)];
  if (rule.fixable === true) parts.push('--fix mends it.');
  for (const [name, option] of Object.entries(rule.options ?? {})) {
    parts.push(
      `Option ${name} (${option.type}, default ${JSON.stringify(option.default)}): ${option.description}`,
    );
  }
  const [bad] = rule.examples.bad;
  const [good] = rule.examples.good;
  if (bad !== undefined)
    parts.push(`Found at ${bad.at?.join(', ') ?? ''} of:\n\n${indent(bad.text)}`);
  if (good !== undefined) parts.push(`Not found in:\n\n${indent(good.text)}`);
  if (rule.message !== undefined) parts.push(`A message of it:\n\n  ${rule.message}`);
  parts.push(`To switch it off for one line: # imagestream-lint: ignore ${rule.id} -- <reason>`);
  return `${parts.join('\n\n')}\n`;
}

function severities(rule: Rule): string {
  const entries = PRESETS.map((preset) => `${preset} ${rule.severity[preset] ?? 'off'}`);
  return `Severity: ${entries.join(', ')}`;
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}

const WIDTH = 100;

function wrap(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length + 1 > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}

/** What `--list-rules` prints: a line for each rule with its severity in the preset. */
export function listRules(preset: Preset): string {
  const rules = [...collectRules().values()];
  const width = Math.max(...rules.map(({ id }) => id.length));
  const lines = rules.map((rule) => {
    const severity = (rule.severity[preset] ?? 'off').padEnd('warning'.length);
    return `${rule.id.padEnd(width)}  ${severity}  ${rule.fixable === true ? 'fix' : '   '}  ${rule.summary}`;
  });
  return `${lines.join('\n')}\n`;
}
