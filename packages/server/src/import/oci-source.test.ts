import { describe, expect, it } from 'vitest';
import { digestOf } from '../lifecycle/image-digest.js';
import { createOciSource } from './oci-source.js';
import type { RegistryCredentials, RepositoryConnection } from './registry-source.js';

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A registry that answers by URL, and the requests it got. */
function connect(
  answers: Record<string, Answer | ((request: Request) => Answer)>,
  options: { readonly insecure?: boolean; readonly credentials?: RegistryCredentials } = {},
): { readonly connection: RepositoryConnection; readonly requests: Request[] } {
  const requests: Request[] = [];
  const source = createOciSource({
    fetch(request) {
      requests.push(request);
      const answer = answers[request.url];
      if (answer === undefined) return Promise.reject(new TypeError(`nothing at ${request.url}`));
      const {
        status = 200,
        headers = {},
        body = '',
      } = typeof answer === 'function' ? answer(request) : answer;
      return Promise.resolve(new Response(body, { status, headers }));
    },
  });
  const { insecure = false, credentials } = options;
  const target = {
    registry: 'registry.test',
    repository: 'team/app',
    insecure,
    ...(credentials === undefined ? {} : { credentials }),
  };
  return { connection: source.connect(target, new AbortController().signal), requests };
}

const ping = {
  'https://registry.test/v2/': { headers: { 'docker-distribution-api-version': 'registry/2.0' } },
};

describe('a source of registries over HTTP', () => {
  it('follows the pages of a list of tags', async () => {
    // Evidence: import-registry-calls
    const { connection } = connect({
      ...ping,
      'https://registry.test/v2/team/app/tags/list': {
        headers: { link: '</v2/team/app/tags/list?last=b>; rel="next"' },
        body: JSON.stringify({ tags: ['a', 'b'] }),
      },
      'https://registry.test/v2/team/app/tags/list?last=b': {
        body: JSON.stringify({ tags: ['c'] }),
      },
    });
    expect(await connection.listTags()).toEqual(['a', 'b', 'c']);
  });

  it('does not let a list of tags lead to another host', async () => {
    const { connection } = connect({
      ...ping,
      'https://registry.test/v2/team/app/tags/list': {
        headers: { link: '<https://elsewhere.test/v2/>; rel="next"' },
        body: '{"tags":[]}',
      },
    });
    await expect(connection.listTags()).rejects.toThrow('continues its tags at another host');
  });

  it('gets a token with its credentials and uses it', async () => {
    const challenge = 'Bearer realm="https://auth.test/token",service="registry.test"';
    const token =
      'https://auth.test/token?service=registry.test&scope=repository%3Ateam%2Fapp%3Apull&account=alice';
    const { connection, requests } = connect(
      {
        'https://registry.test/v2/': { status: 401, headers: { 'www-authenticate': challenge } },
        [token]: { body: '{"token":"t0ken"}' },
        'https://registry.test/v2/team/app/tags/list': { body: '{"tags":["a"]}' },
      },
      { credentials: { username: 'alice', password: 'p' } },
    );
    expect(await connection.listTags()).toEqual(['a']);
    expect(requests[1]?.headers.get('authorization')).toBe(`Basic ${btoa('alice:p')}`);
    expect(requests[2]?.headers.get('authorization')).toBe('Bearer t0ken');
  });

  it('says that basic authentication lacks credentials before it asks', async () => {
    const { connection } = connect({
      'https://registry.test/v2/': {
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="r"' },
      },
    });
    await expect(connection.listTags()).rejects.toMatchObject({
      code: 'NoCredentials',
      message: 'Get "https://registry.test/v2/team/app/tags/list": no basic auth credentials',
    });
  });

  it('speaks plain http only when it may be insecure', async () => {
    const answers = {
      'http://registry.test/v2/': {},
      'http://registry.test/v2/team/app/tags/list': { body: '{"tags":["a"]}' },
    };
    expect(await connect(answers, { insecure: true }).connection.listTags()).toEqual(['a']);
    const { connection, requests } = connect(answers);
    await expect(connection.listTags()).rejects.toThrow('Get "https://registry.test/v2/"');
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['MANIFEST_UNKNOWN', 'ManifestUnknown'],
    ['NAME_UNKNOWN', 'NameUnknown'],
    ['UNAUTHORIZED', 'Unauthorized'],
    ['DENIED', 'Failed'],
  ])('understands %s', async (code, expected) => {
    // Evidence: import-status-registry
    const { connection } = connect({
      ...ping,
      'https://registry.test/v2/team/app/manifests/v1': {
        status: 404,
        body: JSON.stringify({ errors: [{ code, message: 'because' }] }),
      },
    });
    await expect(connection.manifest('v1')).rejects.toMatchObject({
      code: expected,
      message: `${code.toLowerCase().replace('_', ' ')}: because`,
    });
  });

  it('refuses content that is not what its digest says', async () => {
    const digest = await digestOf('expected');
    const { connection } = connect({
      ...ping,
      [`https://registry.test/v2/team/app/blobs/${digest}`]: { body: 'something else' },
    });
    await expect(connection.blob(digest)).rejects.toThrow('content integrity error');
  });

  it('stops reading a manifest that is too large', async () => {
    const { connection } = connect({
      ...ping,
      'https://registry.test/v2/team/app/manifests/v1': { body: 'x'.repeat(4 * 1024 * 1024 + 1) },
    });
    await expect(connection.manifest('v1')).rejects.toThrow('more than 4194304 bytes');
  });
});
