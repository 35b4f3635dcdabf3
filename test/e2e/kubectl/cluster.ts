import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageStream } from '@imagestream/image-v1';
import { createImageServer, type ImageServer } from '@imagestream/server';
import { listen, type Listening } from '@imagestream/server/node';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { findKubectls, type KubectlProgram } from './programs.js';
import { RequestLog } from '../request-log.js';
import { storeChoices, type StoreChoice } from '../../stores/store-choices.js';
import { Workplace, type CommandInput, type Outcome } from './workplace.js';

const GROUP = '/apis/image.openshift.io/v1';

/** A server that one kubectl works with. */
export class Cluster {
  readonly program: KubectlProgram;
  readonly #choice: StoreChoice;
  #server: ImageServer | undefined;
  #log: RequestLog | undefined;
  #listening: Listening | undefined;
  #work: Workplace | undefined;

  constructor(program: KubectlProgram, choice: StoreChoice) {
    this.program = program;
    this.#choice = choice;
  }

  async open(): Promise<void> {
    await this.#choice.start();
    this.#server = await createImageServer({ store: await this.#choice.open() });
    this.#log = new RequestLog(this.#server);
    this.#listening = await listen(this.#log);
    const { url } = this.#listening;
    this.#work = new Workplace({ program: this.program.path, url, namespace: 'default' });
  }

  async close(): Promise<void> {
    this.#work?.close();
    await this.#server?.close();
    await this.#listening?.close();
    await this.#choice.stop();
  }

  /** A namespace that nobody else uses. */
  namespace(name: string): Namespace {
    const [work, server, log] = [this.#work, this.#server, this.#log];
    if (work === undefined || server === undefined || log === undefined) {
      throw new Error('the cluster is not open');
    }
    return new Namespace(name, { work, server, log });
  }
}

interface NamespaceParts {
  work: Workplace;
  server: ImageServer;
  log: RequestLog;
}

/** A namespace of a cluster, as kubectl and as the server see it. */
export class Namespace {
  readonly name: string;
  readonly #work: Workplace;
  readonly #server: ImageServer;
  readonly #log: RequestLog;

  constructor(name: string, { work, server, log }: NamespaceParts) {
    this.name = name;
    this.#log = log;
    this.#work = work;
    this.#server = server;
  }

  /** Runs kubectl in the namespace. */
  run(args: readonly string[], input?: CommandInput): Promise<Outcome> {
    return this.#work.run(['-n', this.name, ...args], input);
  }

  /** Runs kubectl with a manifest as its input. */
  feed(args: readonly string[], ...objects: readonly object[]): Promise<Outcome> {
    const stdin = objects.map((object) => JSON.stringify(object)).join('\n---\n');
    return this.run([...args, '-f', '-'], { stdin });
  }

  /** Writes a program into the folder kubectl runs in and returns its path. */
  script(name: string, text: string): string {
    const path = this.#work.file(name, text);
    chmodSync(path, 0o700);
    return path;
  }

  /** Reads a file of that folder. */
  read(name: string): string {
    return readFileSync(join(this.#work.folder, name), 'utf8');
  }

  /** Resolves when a watch of the namespace has been asked for. */
  async watched(): Promise<void> {
    const folder = `/namespaces/${this.name}/`;
    const isWatch = (path: string): boolean => path.includes(folder) && path.includes('watch=true');
    await expect.poll(() => this.#log.has(isWatch), { timeout: 10_000 }).toBe(true);
  }

  /** What the server has stored under the name of a stream; undefined = nothing. */
  async stored(name: string): Promise<ImageStream | undefined> {
    const response = await this.#ask('GET', `imagestreams/${name}`);
    return response.status === 404 ? undefined : ((await response.json()) as ImageStream);
  }

  /** Creates a stream without kubectl. */
  async create(name: string, tags: Record<string, string> = {}): Promise<void> {
    const response = await this.#ask('POST', 'imagestreams', stream(name, tags));
    if (!response.ok) throw new Error(await response.text());
  }

  /** Changes a stream without kubectl, by a merge patch. */
  async change(name: string, patch: object): Promise<void> {
    const response = await this.#ask('PATCH', `imagestreams/${name}`, patch);
    if (!response.ok) throw new Error(await response.text());
  }

  #ask(method: string, path: string, body?: object): Promise<Response> {
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    return this.#server.fetch(
      new Request(`http://server${GROUP}/namespaces/${this.name}/${path}`, {
        method,
        headers: { 'content-type': type },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
  }
}

/** A manifest of an image stream: its tags with what they point at, which is only noted, not imported. */
export function stream(
  name: string,
  tags: Record<string, string> = {},
  metadata: object = {},
): ImageStream {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name, ...metadata },
    spec: {
      tags: Object.entries(tags).map(([tag, image]) => ({
        name: tag,
        reference: true,
        from: { kind: 'DockerImage', name: image },
      })),
    },
  };
}

/** Tags of a stored stream with what they point at. */
export function tagsOf(object: ImageStream | undefined): Record<string, string | undefined> {
  return Object.fromEntries((object?.spec?.tags ?? []).map((tag) => [tag.name, tag.from?.name]));
}

/** Declares the same stories for every kubectl there is, on every store, each with a cluster of its own. */
export function describeEachKubectl(name: string, tell: (cluster: Cluster) => void): void {
  describeEachProgram(name, (program) => {
    for (const choice of storeChoices()) {
      describe.skipIf(choice.missing !== undefined)(choice.name, () => {
        const cluster = new Cluster(program, choice);
        beforeAll(() => cluster.open());
        afterAll(() => cluster.close());
        tell(cluster);
      });
    }
  });
}

/** Declares the same stories for every kubectl there is; without any they are declared and skipped. */
export function describeEachProgram(name: string, tell: (program: KubectlProgram) => void): void {
  const programs = findKubectls();
  const none: KubectlProgram = { path: '', version: '(not there)', minor: 0 };
  for (const program of programs.length === 0 ? [none] : programs) {
    describe.skipIf(program === none)(`kubectl ${program.version} ${name}`, () => tell(program));
  }
}
