import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fieldErrorReason, formatFieldErrorBody } from '@imagestream/core';
import type { ImageStream, StreamLookup, StreamName } from '@imagestream/image-v1';
import { describe, expect, it } from 'vitest';
import type { Operation, ValidationContext } from './context.js';
import { validate } from './validate.js';

interface Cause {
  reason: string;
  message: string;
  field: string;
}

interface Answer {
  kind?: string;
  message?: string;
  metadata?: { name?: string };
  details?: { kind?: string; causes?: Cause[] };
}

interface Step {
  request: { method: string; path: string; headers: Record<string, string>; body?: unknown };
  response: { status: number; body?: Answer };
}

interface Story {
  name: string;
  server?: string;
  steps: Step[];
}

const FOLDER = fileURLToPath(new URL('../../../test/fixtures/exchanges/', import.meta.url));
const PATH =
  /^\/apis\/image\.openshift\.io\/v1\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/?]+))?(\/status)?$/;
const KINDS = new Map([
  ['images', 'Image'],
  ['imagesignatures', 'ImageSignature'],
  ['imagestreams', 'ImageStream'],
  ['imagestreamtags', 'ImageStreamTag'],
  ['imagetags', 'ImageTag'],
  ['imagestreammappings', 'ImageStreamMapping'],
  ['imagestreamimports', 'ImageStreamImport'],
]);

/** How the recording servers differed from each other. */
const SERVERS: Readonly<Record<string, ValidationContext>> = {
  default: {},
  nohost: { internalRegistry: '' },
  opts: {
    allowedRegistries: [
      { domainName: 'good.test' },
      { domainName: '*.wild.test:5000' },
      { domainName: 'insecure.test', insecure: true },
      { domainName: '127.0.0.1:15000', insecure: true },
    ],
  },
};

/** What a user without rights meets; all others of the recordings are administrators. */
const RESTRICTED: ValidationContext = {
  restrictsImports: true,
  reviewAccess: () => ({ reason: '', evaluationError: '' }),
};

function readStories(): Story[] {
  const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Story)
    .filter((story) => 'steps' in story);
}

/** A story may send back what an earlier answer held. */
function fillIn(body: unknown, steps: readonly Step[]): Record<string, unknown> {
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
  return JSON.parse(text) as Record<string, unknown>;
}

/** One write of an object of a known kind, with what the server had stored under its name. */
interface Write {
  place: string;
  object: Record<string, unknown>;
  operation: Operation;
  oldObject: unknown;
  context: ValidationContext;
  response: Step['response'];
}

function readWrites(story: Story): Write[] {
  const stored = new Map<string, Answer>();
  return story.steps.flatMap(({ request, response }, index) => {
    const [, namespace = '', resource = '', name, status] = PATH.exec(request.path) ?? [];
    const kind = KINDS.get(resource);
    if (kind === undefined) return [];
    const key = `${namespace} ${resource} `;
    const oldObject = stored.get(key + decodeURIComponent(name ?? ''));
    const answer = response.body;
    const findStream = (wanted: StreamName): StreamLookup => {
      const stream = stored.get(`${wanted.namespace} imagestreams ${wanted.name}`);
      return stream === undefined
        ? { type: 'notFound' }
        : { type: 'found', stream: stream as ImageStream };
    };
    const rights = request.headers['Impersonate-User'] === 'restricted' ? RESTRICTED : {};
    const context = { ...SERVERS[story.server ?? 'default'], ...rights, findStream };
    if (answer?.kind === kind && response.status < 300)
      stored.set(key + (answer.metadata?.name ?? ''), answer);
    const isPut = request.method === 'PUT' && oldObject !== undefined;
    if (typeof request.body !== 'object' || (request.method !== 'POST' && !isPut)) return [];
    const body = fillIn(request.body, story.steps);
    const metadata = body['metadata'];
    const isObject = typeof metadata === 'object' && metadata !== null && namespace !== '';
    const object = { kind, ...body, ...(isObject ? { metadata: { ...metadata, namespace } } : {}) };
    const onUpdate = status === undefined ? 'update' : 'statusUpdate';
    const operation: Operation = isPut ? onUpdate : 'create';
    return [{ place: `${story.name} ${index}`, object, operation, oldObject, context, response }];
  });
}

function judge({ object, operation, oldObject, context }: Write): {
  isDecodable: boolean;
  causes: string[];
} {
  const errors = validate(object, { ...context, operation, oldObject });
  const causes = errors.map((error) =>
    printCause({
      reason: fieldErrorReason(error.type),
      message: formatFieldErrorBody(error),
      field: error.field,
    }),
  );
  return {
    isDecodable: errors.every(({ type }) => type !== 'TypeInvalid'),
    causes: [...new Set(causes)].sort(),
  };
}

/** The order inside a message that wraps several is unspecified. */
function printCause({ reason, message, field }: Cause): string {
  const text = message.includes('is invalid: [') ? [...message].sort().join('') : message;
  return `${field}: ${reason}: ${text}`;
}

const writes = readStories().flatMap(readWrites);

describe('validate, against the recorded exchanges with a real server', () => {
  it('knows which bodies the server could not decode', () => {
    const disagreements = writes.filter((write) => {
      const { status, body } = write.response;
      const isRefused =
        status === 400 && /cannot be handled as|API version in the data/.test(body?.message ?? '');
      return judge(write).isDecodable === isRefused;
    });
    expect(disagreements.map(({ place }) => place)).toEqual([]);
    expect(writes.length).toBeGreaterThan(600);
  });

  it('finds what the server found in every other body', () => {
    // An answer about another kind is about what the server went on to write.
    const answered = writes.filter(({ object, response: { status, body } }) => {
      return (
        status < 300 ||
        (status === 422 &&
          body?.details?.kind !== undefined &&
          namesOf(object).has(body.details.kind))
      );
    });
    const disagreements = answered
      .map((write) => {
        const causes =
          write.response.status < 300 ? [] : (write.response.body?.details?.causes ?? []);
        const wanted = [...new Set(causes.map(printCause))].sort();
        return { place: write.place, wanted, got: judge(write).causes };
      })
      .filter(({ wanted, got }) => JSON.stringify(wanted) !== JSON.stringify(got));
    expect(disagreements).toEqual([]);
    expect(answered.length).toBeGreaterThan(500);
  });
});

/** Answers name the kind, and in one case the resource. */
function namesOf(object: Record<string, unknown>): Set<unknown> {
  return new Set([object['kind'], [...KINDS].find(([, kind]) => kind === object['kind'])?.[0]]);
}
