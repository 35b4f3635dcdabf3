import { isJsonObject } from '@imagestream/core';
import { createImageServer, type ImageServerOptions } from '../create-image-server.js';

/** The time in stories. */
export const STORY_TIME = '2026-01-02T03:04:05Z';

/** What the server answered. */
export interface StoryAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A server and the way to tell a story to it: requests one after the other, answers to compare. */
export interface Story {
  /** Paths are relative to the group; bodies are sent as JSON unless `contentType` says otherwise. */
  send(method: string, path: string, body?: unknown, contentType?: string): Promise<StoryAnswer>;
  close(): Promise<void>;
}

/** Starts a story on a fresh server in memory, at {@link STORY_TIME}. */
export async function openStory(options: ImageServerOptions = {}): Promise<Story> {
  const server = await createImageServer({ now: () => new Date(STORY_TIME), ...options });
  return {
    async send(method, path, body, contentType = 'application/json') {
      const response = await server.fetch(
        new Request(`http://server/apis/image.openshift.io/v1/${path}`, {
          method,
          ...(body === undefined
            ? {}
            : { body: JSON.stringify(body), headers: { 'content-type': contentType } }),
        }),
      );
      const answer: unknown = await response.json();
      return { status: response.status, body: answer };
    },
    close: () => server.close(),
  };
}

/** The value at a dotted path, `status.tags.0.items`; undefined where there is none. */
export function at(value: unknown, path: string): unknown {
  let current = value;
  for (const step of path.split('.')) {
    if (Array.isArray(current)) current = current[Number(step)];
    else if (isJsonObject(current)) current = current[step];
    else return undefined;
  }
  return current;
}

/** A digest that names nothing: sixty-four times the same hex digit. */
export function madeDigest(digit: string): string {
  return `sha256:${digit.repeat(64)}`;
}

/** The body of a mapping of a made-up image to a tag. */
export function mappingOf(stream: string, tag: string, digit: string): unknown {
  const name = madeDigest(digit);
  return {
    metadata: { name: stream },
    tag,
    image: { metadata: { name }, dockerImageReference: `registry.test/team/app@${name}` },
  };
}
