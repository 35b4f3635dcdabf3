import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@imagestream/core';
import { createImageServer, type ImageServerOptions } from '@imagestream/server';
import { listen } from '@imagestream/server/node';
import { ROOT } from '../repo/source-files.js';
import type { Recording } from './recording.js';

/** Where the recordings live. */
export const RECORDINGS: string = join(ROOT, 'test', 'fixtures', 'exchanges');

const seed = (
  JSON.parse(readFileSync(join(RECORDINGS, 'seed.json'), 'utf8')) as { items: KubeObject[] }
).items;

/** The options the recording server was started with, by the name in the recording. */
const VARIANTS: Readonly<Record<'default' | 'opts' | 'nohost', ImageServerOptions>> = {
  default: {},
  opts: {
    externalRegistry: 'registry.apps.example.test',
    allowedRegistries: [
      { domainName: 'good.test' },
      { domainName: '*.wild.test:5000' },
      { domainName: 'insecure.test', insecure: true },
      { domainName: '127.0.0.1:15000', insecure: true },
    ],
  },
  nohost: { internalRegistry: '' },
};

/** A server of its own for one story, on a free loopback port. */
export interface StoryServer {
  url: string;
  close(): Promise<void>;
}

/** Starts a fresh server, set up as the one that was recorded. */
export async function startFor(recording: Recording): Promise<StoryServer> {
  const server = await createImageServer({ ...VARIANTS[recording.server ?? 'default'], seed });
  const listening = await listen(server);
  return {
    url: listening.url,
    close: async () => {
      await server.close();
      await listening.close();
    },
  };
}
