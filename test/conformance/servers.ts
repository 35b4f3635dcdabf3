import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KubeObject } from '@imagestream/core';
import { createImageServer, type ImageServerOptions } from '@imagestream/server';
import { listen } from '@imagestream/server/node';
import type { Store } from '@imagestream/store';
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
    defaultImportMode: 'PreserveOriginal',
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

/** The registries of the recording, and where the ones of this run listen. */
export interface RegistryAddresses {
  open: string;
  withLogin: string;
}

const RECORDED: RegistryAddresses = { open: '127.0.0.1:15000', withLogin: '127.0.0.1:15001' };

/** A value of the recording with the addresses of this run's registries in it. */
export function withRegistries<T>(value: T, registries: RegistryAddresses): T {
  const text = JSON.stringify(value)
    .replaceAll(RECORDED.open, registries.open)
    .replaceAll(RECORDED.withLogin, registries.withLogin);
  return JSON.parse(text) as T;
}

/** Starts a fresh server on an empty store, set up as the one that was recorded. */
export async function startFor(
  recording: Recording,
  { registries = RECORDED, store }: { registries?: RegistryAddresses | undefined; store: Store },
): Promise<StoryServer> {
  const options: ImageServerOptions = {
    ...VARIANTS[recording.server ?? 'default'],
    seed: seedFor(registries),
  };
  const server = await createImageServer({ ...withRegistries(options, registries), store });
  const listening = await listen(server);
  return {
    url: listening.url,
    close: async () => {
      await server.close();
      await listening.close();
    },
  };
}

/** Pull secrets hold addresses inside base64. */
function seedFor(registries: RegistryAddresses): KubeObject[] {
  return seed.map((object) => {
    const { data } = object as { data?: Record<string, string> };
    if (data === undefined) return object;
    const moved = Object.entries(data).map(([key, value]) => {
      const text = Buffer.from(value, 'base64').toString('utf8');
      return [key, Buffer.from(withRegistries(text, registries)).toString('base64')];
    });
    return { ...object, data: Object.fromEntries(moved) as Record<string, string> };
  });
}
