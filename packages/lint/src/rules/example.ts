import type { RuleExample } from '../rule.js';

/** An example whose faults stand between `⟦` and `⟧`; the marks themselves are taken out. */
export function mark(
  text: string,
  more: Pick<RuleExample, 'filename' | 'options'> = {},
): RuleExample {
  const at: string[] = [];
  let plain = '';
  for (const char of text) {
    if (char === '⟦') {
      const lines = plain.split('\n');
      at.push(`${lines.length}:${(lines.at(-1) ?? '').length + 1}`);
    } else if (char !== '⟧') plain += char;
  }
  return { text: plain, ...(at.length === 0 ? {} : { at }), ...more };
}

/** An image stream called app with these further lines. */
export function stream(
  lines: string,
  more: Pick<RuleExample, 'filename' | 'options'> = {},
): RuleExample {
  return mark(
    `apiVersion: image.openshift.io/v1\nkind: ImageStream\nmetadata:\n  name: app\n${lines}\n`,
    more,
  );
}

/** An image stream called app whose only tag has these lines. */
export function streamTag(
  lines: string,
  more: Pick<RuleExample, 'filename' | 'options'> = {},
): RuleExample {
  return stream(`spec:\n  tags:\n    - ${lines.split('\n').join('\n      ')}`, more);
}

/** An image stream called app whose only tag, v1, takes this image. */
export function imageFrom(name: string): RuleExample {
  return streamTag(`name: v1\nfrom:\n  kind: DockerImage\n  name: ${name}`);
}

/** An import of images with these lines. */
export function importOf(lines: string): RuleExample {
  return mark(
    `apiVersion: image.openshift.io/v1\nkind: ImageStreamImport\nmetadata:\n  name: app\nspec:\n  import: true\n${lines}\n`,
  );
}

/** A Template with these parameters, and one image stream with these lines. */
export function template(parameters: string, lines: string): RuleExample {
  const indent = (text: string, by: string): string =>
    text
      .split('\n')
      .map((line) => by + line)
      .join('\n');
  return mark(
    `apiVersion: template.openshift.io/v1\nkind: Template\nmetadata:\n  name: app\nparameters:\n${indent(parameters, '  ')}\nobjects:\n` +
      `  - apiVersion: image.openshift.io/v1\n    kind: ImageStream\n    metadata:\n      name: app\n${indent(lines, '    ')}\n`,
  );
}
