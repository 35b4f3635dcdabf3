import type { Outcome } from './workplace.js';
import type { SeenRequest } from '../request-log.js';

/** What kubectl printed with everything masked that differs from run to run. */
export function maskOutput(text: string): string {
  return text
    .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, 'TIME')
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'UID')
    .replaceAll(/(resourceVersion: )"\d+"/g, '$1"RV"')
    .replaceAll(/\b(\d+|Less than a) (second|minute)s? ago/g, 'AGO')
    .replaceAll(/("|file: )\/[^"\n]*\/kubectl-edit-[^"\n]*"?/g, '$1PATH');
}

/** An outcome with its texts masked. */
export function maskOutcome({ exit, stdout, stderr }: Outcome): Outcome {
  return { exit, stdout: maskOutput(stdout), stderr: maskOutput(stderr) };
}

/**
 * Requests without what differs from run to run, and discovery in a fixed order: kubectl asks for both at once. Some builds
 * of kubectl first look whether the server is of their version; that is left out.
 */
export function maskRequests(requests: readonly SeenRequest[]): SeenRequest[] {
  const told = requests.filter(({ path }) => path !== '/version?timeout=5s');
  const masked = told.map((request) => ({
    ...request,
    path: request.path
      .replace(/hash=[0-9A-F]+/, 'hash=HASH')
      .replace(/continue=[^&]+/, 'continue=TOKEN')
      .replace(/resourceVersion=\d+/, 'resourceVersion=RV'),
    ...('body' in request ? { body: maskVersions(request.body) } : {}),
  }));
  return masked.toSorted((a, b) => (isRoot(a) && isRoot(b) ? a.path.localeCompare(b.path) : 0));
}

function isRoot({ path }: SeenRequest): boolean {
  return path.startsWith('/api?') || path.startsWith('/apis?');
}

function maskVersions(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body).replaceAll(/"resourceVersion":"\d+"/g, '"resourceVersion":"RV"'),
  );
}
