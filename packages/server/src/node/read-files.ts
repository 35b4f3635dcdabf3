import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject, type KubeObject } from '@imagestream/core';
import { parse } from 'yaml';
import { Faults } from '../control/faults.js';
import { FaultRuleError, parseFaultRule } from '../control/fault-rule.js';
import type { AllowedRegistry } from '../registry/resource-dependencies.js';
import { readManifests } from '../seed/read-manifests.js';

/** A file of the command line that cannot be used; the message names it. */
export class InputFileError extends Error {
  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`${path}: ${problem}`, options);
    this.name = 'InputFileError';
  }
}

const manifestName = /\.(ya?ml|json)$/;

/** The text of a file. Throws an InputFileError. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new InputFileError(path, reasonOf(cause), { cause });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The objects of files and of the YAML and JSON files in folders, in the order of names. Throws an InputFileError. */
export function readObjects(paths: readonly string[]): KubeObject[] {
  return paths.flatMap(listFiles).flatMap((path) => {
    const text = readText(path);
    try {
      return readManifests(text, path);
    } catch (cause) {
      throw new InputFileError(path, reasonOf(cause).replace(`${path}: `, ''), { cause });
    }
  });
}

function listFiles(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => manifestName.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    throw new InputFileError(path, reasonOf(cause), { cause });
  }
}

/** The allowed registries of a JSON file. Throws an InputFileError. */
export function readAllowedRegistries(path: string): AllowedRegistry[] {
  const text = readText(path);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputFileError(path, reasonOf(cause), { cause });
  }
  if (!Array.isArray(value)) throw new InputFileError(path, 'expected a list');
  return value.map((entry: unknown, index) => readRegistry(entry, `${path}: entry ${index + 1}`));
}

function readRegistry(entry: unknown, place: string): AllowedRegistry {
  if (!isJsonObject(entry)) throw new InputFileError(place, 'not an object');
  const { domainName, insecure, ...unknown } = entry;
  const [extra] = Object.keys(unknown);
  if (extra !== undefined)
    throw new InputFileError(place, `unknown field ${JSON.stringify(extra)}`);
  if (typeof domainName !== 'string' || domainName === '') {
    throw new InputFileError(place, 'domainName is a host, or a host and a port');
  }
  if (insecure !== undefined && typeof insecure !== 'boolean') {
    throw new InputFileError(place, 'insecure is true or false');
  }
  return { domainName, ...(insecure === undefined ? {} : { insecure }) };
}

/** The faults of a YAML or JSON file: a list, or `{seed, faults}`. Throws an InputFileError. */
export function readFaults(path: string): Faults {
  const text = readText(path);
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new InputFileError(path, reasonOf(cause), { cause });
  }
  const { seed = 1, faults: list } = isJsonObject(value) ? value : { faults: value };
  if (!Array.isArray(list)) throw new InputFileError(path, 'expected a list of faults');
  if (typeof seed !== 'number') throw new InputFileError(path, 'seed is a number');
  const faults = new Faults(seed);
  list.forEach((rule: unknown, index) => {
    try {
      faults.add(parseFaultRule(rule));
    } catch (error) {
      if (!(error instanceof FaultRuleError)) throw error;
      throw new InputFileError(path, `fault ${index + 1}: ${error.message}`, { cause: error });
    }
  });
  return faults;
}
