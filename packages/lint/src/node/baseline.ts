import { readFile, writeFile } from 'node:fs/promises';
import { isJsonObject } from '@imagestream/core';
import type { Finding } from '../finding.js';
import { fingerprint } from '../report/fingerprint.js';
import { messageOf } from './find-files.js';
import { RunError, UsageError } from './usage-error.js';

/** Reads the fingerprints of a baseline file. Throws a RunError or, for a file of another form, a UsageError. */
export async function readBaseline(path: string): Promise<string[]> {
  const text = await readText(path);
  const value = parse(text, path);
  const entries = isJsonObject(value) ? value['findings'] : undefined;
  if (!Array.isArray(entries))
    throw new UsageError(`${path} is no baseline; write one with --write-baseline`);
  return entries.flatMap((entry: unknown) => {
    const print = isJsonObject(entry) ? entry['fingerprint'] : undefined;
    return typeof print === 'string' ? [print] : [];
  });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new RunError(`cannot read the baseline ${path}: ${messageOf(error)}`);
  }
}

function parse(text: string, path: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new UsageError(`${path} is not JSON: ${messageOf(error)}`);
  }
}

/**
 * Collects findings for a baseline. A fingerprint holds no line, so that the findings of today stay excused when lines
 * move, and come back when they change.
 */
export class BaselineWriter {
  readonly #entries = new Map<
    string,
    {
      readonly fingerprint: string;
      readonly rule: string;
      readonly file: string;
      readonly field: string;
    }
  >();

  /** Takes findings in. */
  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const print = fingerprint(finding);
      this.#entries.set(print, {
        fingerprint: print,
        rule: finding.rule,
        file: finding.file,
        field: finding.field,
      });
    }
  }

  /** Writes the file. Throws a RunError when it cannot. */
  async write(path: string): Promise<void> {
    const findings = [...this.#entries.values()].map((entry) => `    ${JSON.stringify(entry)}`);
    const body = findings.length === 0 ? '[]' : `[\n${findings.join(',\n')}\n  ]`;
    try {
      await writeFile(path, `{\n  "version": 1,\n  "findings": ${body}\n}\n`);
    } catch (error) {
      throw new RunError(`cannot write the baseline ${path}: ${messageOf(error)}`);
    }
  }
}
