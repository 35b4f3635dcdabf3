import type { Secret } from '@imagestream/core';
import { describe, expect, it } from 'vitest';
import { createCredentialsLookup } from './pull-credentials.js';

function configJson(auths: object): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'pull' },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': btoa(JSON.stringify({ auths })) },
  };
}

const alice = { auth: btoa('alice:secret:with:colons') };
const bob = { username: 'bob', password: 'b' };

describe('createCredentialsLookup', () => {
  it('reads user and password out of auth', () => {
    const lookup = createCredentialsLookup([configJson({ 'quay.io': alice })]);
    expect(lookup({ registry: 'quay.io', repository: 'acme/app' })).toEqual({
      username: 'alice',
      password: 'secret:with:colons',
    });
  });

  it('takes the entry whose path fits best', () => {
    const lookup = createCredentialsLookup([configJson({ 'quay.io': alice, 'quay.io/acme': bob })]);
    expect(lookup({ registry: 'quay.io', repository: 'acme/app' })?.username).toBe('bob');
    expect(lookup({ registry: 'quay.io', repository: 'acmeother/app' })?.username).toBe('alice');
  });

  it('knows Docker Hub by all its names', () => {
    const lookup = createCredentialsLookup([configJson({ 'https://index.docker.io/v1/': bob })]);
    expect(lookup({ registry: 'docker.io', repository: 'library/ruby' })?.username).toBe('bob');
  });

  it('lets an asterisk stand for one label of a host', () => {
    const lookup = createCredentialsLookup([configJson({ '*.test:5000': bob })]);
    expect(lookup({ registry: 'a.test:5000', repository: 'x' })?.username).toBe('bob');
    expect(lookup({ registry: 'a.b.test:5000', repository: 'x' })).toBeUndefined();
  });

  it('reads the older kind of secret and passes over one that cannot be read', () => {
    const legacy: Secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'old' },
      type: 'kubernetes.io/dockercfg',
      data: { '.dockercfg': btoa(JSON.stringify({ 'quay.io': bob })) },
    };
    const broken = { ...legacy, data: { '.dockercfg': btoa('not JSON') } };
    const lookup = createCredentialsLookup([broken, legacy]);
    expect(lookup({ registry: 'quay.io', repository: 'x' })?.username).toBe('bob');
  });
});
