import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { normalizeImageStream } from '../conversion/normalize.js';
import type { ImageStream } from '../gen/kinds.js';
import { followTags, type StreamLookup, type StreamName } from './follow-tags.js';
import {
  prepareImageStreamForCreate,
  prepareImageStreamForStatusUpdate,
  prepareImageStreamForUpdate,
} from './prepare-image-stream.js';

interface Step {
  request: { method: string; path: string; body?: unknown };
  response: { status: number; body?: unknown };
}

interface Story {
  name: string;
  server?: string;
  steps: Step[];
}

const FOLDER = fileURLToPath(new URL('../../../../test/fixtures/exchanges/', import.meta.url));
const INTERNAL = 'image-registry.openshift-image-registry.svc:5000';
const STREAM_PATH =
  /^\/apis\/image\.openshift\.io\/v1\/namespaces\/([^/]+)\/imagestreams(?:\/([^/?]+))?(\/status)?(?:\?|$)/;

function readStories(): Story[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  return files.map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Story);
}

/** A story may send back what an earlier answer held. */
function fillIn(body: unknown, steps: readonly Step[]): unknown {
  const text = JSON.stringify(body).replace(
    /\$\{steps\[(\d+)\]\.response\.body\.([\w.[\]]+)\}/g,
    (_, step: string, path: string) => {
      let value: unknown = steps[Number(step)]?.response.body;
      for (const name of path.split(/[.[\]]+/).filter((part) => part !== '')) {
        value = (value as Record<string, unknown>)[name];
      }
      return String(value);
    },
  );
  return JSON.parse(text);
}

/** What the server decides about a stream. Times are its own. */
function decided({ metadata, spec, status }: ImageStream): unknown {
  const text = JSON.stringify([metadata.generation, spec, status], (key, value: unknown) =>
    key === 'created' || key === 'lastTransitionTime' ? 'time' : value,
  );
  return JSON.parse(text);
}

interface Write {
  sent: ImageStream;
  old: ImageStream | undefined;
  isStatus: boolean;
  find: (name: StreamName) => StreamLookup;
}

function replay({ sent, old, isStatus, find }: Write): ImageStream {
  if (old !== undefined && isStatus) return prepareImageStreamForStatusUpdate(sent, old);
  const hosts = { internal: INTERNAL };
  const prepared =
    old === undefined
      ? prepareImageStreamForCreate(sent, hosts)
      : prepareImageStreamForUpdate(sent, { old, hosts });
  const tracks = old === undefined;
  const context = { old, now: 'now', internalRegistry: INTERNAL, findStream: find, tracks };
  return followTags(prepared, context).stream;
}

/** Goes through a story and compares every write of a stream that succeeded. */
function compareStory(story: Story): { compared: number; disagreements: unknown[] } {
  const stored = new Map<string, ImageStream>();
  const disagreements: unknown[] = [];
  let compared = 0;
  for (const [index, { request, response }] of story.steps.entries()) {
    const match = STREAM_PATH.exec(request.path);
    const answer = response.body as ImageStream | undefined;
    if (match === null || response.status >= 300 || answer?.kind !== 'ImageStream') continue;
    const [, namespace = '', name, status] = match;
    const key = `${namespace}/${answer.metadata.name ?? ''}`;
    const isCreate = request.method === 'POST' && name === undefined;
    const old = isCreate ? undefined : stored.get(key);
    const isWrite = isCreate || (request.method === 'PUT' && old !== undefined);
    if (isWrite && typeof request.body === 'object' && !request.path.includes('dryRun')) {
      const body = fillIn(request.body, story.steps) as ImageStream;
      const metadata = { ...body.metadata, namespace, name: answer.metadata.name };
      const find = (wanted: StreamName): StreamLookup => {
        const stream = stored.get(`${wanted.namespace}/${wanted.name}`);
        return stream === undefined ? { type: 'notFound' } : { type: 'found', stream };
      };
      const sent = normalizeImageStream({ ...body, metadata });
      const got = decided(replay({ sent, old, isStatus: status !== undefined, find }));
      compared += 1;
      try {
        expect(got).toEqual(decided(answer));
      } catch (error) {
        disagreements.push([story.name, index, error]);
      }
    }
    stored.set(key, normalizeImageStream(answer));
  }
  return { compared, disagreements };
}

describe('image streams, against the recorded answers of a real server', () => {
  it('come out of every create, update and status update as the server stored them', () => {
    const stories = readStories().filter((story) => 'steps' in story && story.server === undefined);
    const results = stories.map(compareStory);
    expect(results.flatMap(({ disagreements }) => disagreements)).toEqual([]);
    expect(results.reduce((sum, { compared }) => sum + compared, 0)).toBeGreaterThan(250);
  });
});
