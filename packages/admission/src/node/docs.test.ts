import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from './config.js';
import { POLICY_CATALOG } from './policy-catalog.js';

function read(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

function yamlBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);
}

const policies = read('docs/policies.md');

describe('docs/policies.md', () => {
  test('has a section for every policy, in the order of the catalog, with an example of it', () => {
    const sections = policies.split(/^## /m).slice(1);
    const documented = sections.flatMap((section) => {
      const name = section.split('\n', 1)[0] ?? '';
      return section.includes(`- policy: ${name}\n`) ? [name] : [];
    });
    expect(documented).toEqual(Object.keys(POLICY_CATALOG));
  });

  test('names every option of every policy', () => {
    const missing = Object.entries(POLICY_CATALOG).flatMap(([name, { options }]) => {
      const section = policies.split(`## ${name}\n`)[1]?.split(/^## /m, 1)[0] ?? '';
      return Object.keys(options)
        .filter((option) => !section.includes(option))
        .map((option) => `${name}: ${option}`);
    });
    expect(missing).toEqual([]);
  });
});

test.each([...yamlBlocks(policies), ...yamlBlocks(read('README.md'))])(
  'the configuration of an example is one: %s',
  async (block) => {
    await expect(readConfig(block)).resolves.toMatchObject({
      policies: expect.any(Array) as unknown,
    });
  },
);
