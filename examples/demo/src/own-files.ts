import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isApiError } from '@imagestream/client';
import { isImageStream, type ImageStream } from '@imagestream/image-v1';
import { findObjects, lint } from '@imagestream/lint';
import { ok, refused, say, step } from './say.js';
import type { Scene } from './story.js';

// npm runs scripts from the package's folder and tells where the command was typed.
const base = process.env['INIT_CWD'] ?? process.cwd();

/** Lints files and creates every image stream in them, whatever it is wrapped in. */
export async function sendOwnFiles({ client }: Scene, paths: readonly string[]): Promise<void> {
  const sum = { files: 0, created: 0, refused: 0, findings: 0 };
  for (const path of paths.map((given) => resolve(base, given))) {
    step(relative(base, path));
    sum.files++;
    const text = readFileSync(path, 'utf8');
    const { findings } = lint(text, { filename: path });
    sum.findings += findings.length;
    for (const { rule, severity, line, message } of findings) {
      say(`line ${line}: ${severity}: ${message} (${rule})`);
    }
    const streams = findObjects(text).map(({ object }) => asStream(object));
    for (const stream of streams.filter((found) => found !== undefined)) {
      // Streams that name no namespace get one for each file, so that files do not meet.
      const namespace = stream.metadata.namespace ?? `file-${sum.files}`;
      if (await create(client, namespace, stream)) sum.created++;
      else sum.refused++;
    }
    if (!streams.some((found) => found !== undefined)) say('no image stream in it');
  }
  step('In all');
  say(
    `${sum.files} files, ${sum.created} image streams created, ${sum.refused} refused, ${sum.findings} lint findings`,
  );
}

/** The object as a stream of the current API: `oc` still translates the 3.x version, the API itself refuses it. */
function asStream(object: Readonly<Record<string, unknown>>): ImageStream | undefined {
  const current = { ...object, apiVersion: 'image.openshift.io/v1' };
  return isImageStream(current) ? current : undefined;
}

async function create(
  client: Scene['client'],
  namespace: string,
  stream: ImageStream,
): Promise<boolean> {
  const metadata = { ...stream.metadata };
  // A dump of a cluster carries the version it had there.
  delete metadata.resourceVersion;
  try {
    const created = await client.imageStreams.in(namespace).create({ ...stream, metadata });
    ok(`${namespace}/${created.metadata.name}: ${created.spec?.tags?.length ?? 0} tags`);
    return true;
  } catch (error) {
    if (!isApiError(error)) throw error;
    refused(`${namespace}/${metadata.name}: ${error.message}`);
    return false;
  }
}
