import { describe, expect, it } from 'vitest';
import { sendToRegistry, type RegistryFetch } from './registry-request.js';

function send(url: string, fetch: RegistryFetch): Promise<Response> {
  const request = new Request(url, { headers: { authorization: 'Basic x' } });
  const signal = new AbortController().signal;
  return sendToRegistry(request, { fetch, insecure: false, signal, timeoutMs: 1000 });
}

function redirect(location: string): Response {
  return new Response(null, { status: 307, headers: { location } });
}

describe('a request to a registry', () => {
  it('follows a redirect to another host without taking its credentials along', async () => {
    // Evidence: import-registry-redirects
    const seen: (string | null)[] = [];
    const response = await send('https://registry.test/v2/a', (request) => {
      seen.push(`${request.url} ${request.headers.get('authorization')}`);
      return Promise.resolve(
        seen.length === 1 ? redirect('https://cdn.test/blob') : new Response('content'),
      );
    });
    expect(await response.text()).toBe('content');
    expect(seen).toEqual(['https://registry.test/v2/a Basic x', 'https://cdn.test/blob null']);
  });

  it('never follows a redirect to another scheme', async () => {
    const answer = send('https://registry.test/v2/a', () =>
      Promise.resolve(redirect('http://registry.test/v2/a')),
    );
    await expect(answer).rejects.toThrow('refused to follow a redirect from https:// to http://');
  });

  it('gives up on redirects that go on', async () => {
    const answer = send('https://registry.test/v2/a', (request) =>
      Promise.resolve(redirect(request.url)),
    );
    await expect(answer).rejects.toThrow('stopped after 5 redirects');
  });

  it('tries three times what the registry refuses for the moment', async () => {
    // Evidence: import-registry-retries
    let calls = 0;
    const response = await send('https://registry.test/v2/a', () => {
      calls += 1;
      return Promise.resolve(new Response(null, { status: calls < 3 ? 503 : 200 }));
    });
    expect(response.status).toBe(200);
    expect(calls).toBe(3);
  });

  it.each([
    [
      'ECONNREFUSED',
      'Get "https://registry.test/v2/a": dial tcp registry.test:443: connect: connection refused',
    ],
    ['ENOTFOUND', 'Get "https://registry.test/v2/a": dial tcp: lookup registry.test: no such host'],
    ['EPROTO', 'Get "https://registry.test/v2/a": http: server gave HTTP response to HTTPS client'],
  ])('says in the words of the server when the network fails with %s', async (code, message) => {
    const cause = Object.assign(new Error('inner'), { code });
    const answer = send('https://registry.test/v2/a', () =>
      Promise.reject(new TypeError('fetch failed', { cause })),
    );
    await expect(answer).rejects.toMatchObject({ code: 'Failed', message });
  });
});
