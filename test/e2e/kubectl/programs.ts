import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A kubectl that can be run. */
export interface KubectlProgram {
  path: string;
  /** Major and minor version, such as `1.32`. */
  version: string;
  minor: number;
}

/**
 * The kubectl of PATH, and the ones whose paths the variable KUBECTL_EXTRA lists, separated by colons. Says on the console
 * what is not there.
 */
export function findKubectls(): KubectlProgram[] {
  const first = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'kubectl'))
    .find(isExecutable);
  const extra = (process.env['KUBECTL_EXTRA'] ?? '').split(':').filter((path) => path !== '');
  if (first === undefined) {
    console.warn('skipped: stories of kubectl, because there is none in PATH');
  }
  return [first ?? [], extra].flat().flatMap((path) => {
    if (isExecutable(path)) return [{ path, ...versionOf(path) }];
    console.warn(`skipped: stories of the kubectl that KUBECTL_EXTRA names: no program ${path}`);
    return [];
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(path: string): Omit<KubectlProgram, 'path'> {
  const text = execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  const { clientVersion } = JSON.parse(text) as {
    clientVersion: { major: string; minor: string };
  };
  // Vendors append a plus sign or worse.
  const minor = Number.parseInt(clientVersion.minor, 10);
  return { version: `${clientVersion.major}.${minor}`, minor };
}
