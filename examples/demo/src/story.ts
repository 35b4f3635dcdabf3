import { ImportError, InvalidError, mergePatch, type ImageClient } from '@imagestream/client';
import { formatImageReference, parseImageReference, type ImageStream } from '@imagestream/image-v1';
import { ok, refused, say, step } from './say.js';

const NAMESPACE = 'demo';
const OTHERS = ['api', 'auth', 'batch', 'docs', 'mail', 'web'];

/** What is needed to tell the story. */
export interface Scene {
  readonly client: ImageClient;
  /** Host and port of a registry that has `demo/app:1.0` and `demo/app:1.1`. */
  readonly registry: string;
}

/** Creates streams one by one, typed from end to end. */
export async function createStreams({ client }: Scene): Promise<void> {
  step('Create image streams');
  const streams = client.imageStreams.in(NAMESPACE);
  const app = await streams.create({
    metadata: { name: 'app', labels: { tier: 'front' } },
    spec: { lookupPolicy: { local: true } },
  });
  ok(`${app.metadata.namespace}/${app.metadata.name}, generation ${app.metadata.generation}`);
  say(`internal registry address: ${app.status?.dockerImageRepository}`);
  for (const name of OTHERS) await streams.create({ metadata: { name } });
  ok(`and ${OTHERS.length} more`);
}

/** Reads the collection page by page, from one snapshot. */
export async function listPages({ client }: Scene): Promise<void> {
  step('List them in pages of three, from one snapshot');
  const list = client.imageStreams.all.list({ pageSize: 3 });
  for await (const page of list.pages()) {
    const names = page.items.map((stream) => stream.metadata.name).join(', ');
    say(`${names}${page.remaining === undefined ? '' : `  (${page.remaining} more)`}`);
  }
}

/** Watches while labels change: every change arrives, in order. */
export async function watchChanges({ client }: Scene): Promise<void> {
  step('Watch, and patch while watching');
  const streams = client.imageStreams.in(NAMESPACE);
  const { resourceVersion } = await streams.list();
  const watch = streams.watch({ resourceVersion });
  await streams.patch('app', mergePatch({ metadata: { labels: { tier: 'back' } } }));
  await streams.delete('docs');
  for await (const event of watch) {
    if (event.type === 'BOOKMARK') continue;
    const { name, labels } = event.object.metadata;
    ok(`${event.type} ${name} ${labels === undefined ? '' : JSON.stringify(labels)}`);
    if (event.type === 'DELETED') break;
  }
}

/** Imports an image from a registry, although nothing of a cluster is there. */
export async function importImage({ client, registry }: Scene): Promise<void> {
  step('Import an image from a registry');
  const streams = client.imageStreams.in(NAMESPACE);
  const source = `${registry}/demo/app:1.0`;
  const { images } = await streams.import('app', { image: source, tag: '1.0' }, { insecure: true });
  for (const { tag, image } of images) ok(`app:${tag} is ${image}`);
  try {
    await streams.import(
      'app',
      { image: `${registry}/demo/app:9.9`, tag: '9.9' },
      { insecure: true },
    );
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    for (const { tag, status } of error.failures) refused(`app:${tag}: ${status.message}`);
  }
}

/** Points a second tag at the first one and asks what to pull. */
export async function tagAndResolve({ client }: Scene): Promise<void> {
  step('Tag, and resolve a tag to a pull spec');
  const streams = client.imageStreams.in(NAMESPACE);
  await streams.tag('app:prod', { tag: 'app:1.0' });
  const { pullSpec } = await streams.waitForTag('app:prod', { timeoutMs: 10_000 });
  ok(`app:prod pulls ${pullSpec}`);
  const { registry, name, id } = parseImageReference(pullSpec);
  say(`registry ${registry}, name ${name}, digest ${id.slice(0, 19)}…`);
  say(`as a repository: ${formatImageReference(parseImageReference(pullSpec), 'asRepository')}`);
}

/** Sends an object that breaks a rule, and shows the refusal field by field. */
export async function refuseInvalid({ client }: Scene): Promise<void> {
  step('Send something wrong');
  try {
    await client.imageStreams.in(NAMESPACE).create(brokenStream());
  } catch (error) {
    if (!(error instanceof InvalidError)) throw error;
    for (const { field, message } of error.causes) refused(`${field}: ${message}`);
  }
}

/** A stream with a bad digest and a bad policy; what the later steps lint and review. */
export function brokenStream(): Pick<ImageStream, 'apiVersion' | 'kind' | 'metadata' | 'spec'> {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name: 'broken', namespace: NAMESPACE },
    spec: {
      tags: [
        { name: 'latest', from: { kind: 'DockerImage', name: 'quay.io/acme/App:1.0' } },
        {
          name: 'old',
          from: { kind: 'DockerImage', name: 'quay.io/acme/app:0.9' },
          referencePolicy: { type: 'Remote' },
        },
      ],
    },
  };
}
