import { describe, expect, it } from 'vitest';
import { parseImageReference } from './image-reference.js';
import {
  formatImageReference,
  type ImageReferenceForm,
  isSameImageReference,
  registryAddress,
  registryUrl,
} from './image-reference-forms.js';

const SHA256 = `sha256:${'a'.repeat(64)}`;

describe('formatImageReference', () => {
  // Evidence: reference-forms
  // Evidence: reference-defaults
  it.each<[string, Partial<Record<ImageReferenceForm, string>>]>([
    [
      'ruby',
      {
        exact: 'ruby',
        string: 'ruby',
        dockerClientDefaults: 'docker.io/library/ruby:latest',
        daemonMinimal: 'ruby',
        asV2: 'ruby',
        repositoryName: 'ruby',
        nameString: 'ruby',
      },
    ],
    [
      'acme/ruby:2.7',
      {
        dockerClientDefaults: 'docker.io/acme/ruby:2.7',
        repositoryName: 'acme/ruby',
        asRepository: 'acme/ruby',
      },
    ],
    [
      'docker.io/ruby',
      {
        exact: 'docker.io/ruby',
        string: 'docker.io/library/ruby',
        dockerClientDefaults: 'docker.io/library/ruby:latest',
        daemonMinimal: 'docker.io/ruby',
        asV2: 'registry-1.docker.io/ruby',
      },
    ],
    [
      'docker.io/library/ruby:latest',
      {
        daemonMinimal: 'docker.io/ruby',
        minimal: 'docker.io/library/ruby',
        nameString: 'ruby:latest',
      },
    ],
    [
      'index.docker.io/library/ruby:1',
      { daemonMinimal: 'docker.io/ruby:1', asV2: 'registry-1.docker.io/library/ruby:1' },
    ],
    [
      'library/ruby',
      { daemonMinimal: 'library/ruby', dockerClientDefaults: 'docker.io/library/ruby:latest' },
    ],
    [
      `ruby:2.7@${SHA256}`,
      {
        exact: `ruby@${SHA256}`,
        dockerClientDefaults: `docker.io/library/ruby@${SHA256}`,
        mostSpecific: `ruby@${SHA256}`,
        asRepository: 'ruby',
      },
    ],
    [
      'quay.io',
      {
        exact: '',
        string: '',
        dockerClientDefaults: '',
        daemonMinimal: '',
        asV2: '',
        repositoryName: '',
        minimal: '',
      },
    ],
  ])('prints the forms of %s', (text, forms) => {
    const ref = parseImageReference(text);
    const names = Object.keys(forms) as ImageReferenceForm[];
    const printed = Object.fromEntries(
      names.map((form) => [form, formatImageReference(ref, form)]),
    );
    expect(printed).toEqual(forms);
  });

  it('moves an id that is no digest behind a colon', () => {
    const ref = { registry: '', namespace: '', name: 'ruby', tag: '', id: 'abc' };
    expect(formatImageReference(ref)).toBe('ruby:abc');
    expect(formatImageReference(ref, 'mostSpecific')).toBe('ruby:abc');
    expect(formatImageReference({ ...ref, tag: '1' }, 'mostSpecific')).toBe('ruby:abc');
  });
});

describe('isSameImageReference', () => {
  // Evidence: reference-equality
  it('fills in client defaults but keeps the names of Docker Hub apart', () => {
    const [short, long, hub, index] = [
      'foobar',
      'docker.io/library/foobar:latest',
      'docker.io/x',
      'index.docker.io/x',
    ].map(parseImageReference);
    expect(isSameImageReference(short!, long!)).toBe(true);
    expect(isSameImageReference(hub!, index!)).toBe(false);
  });
});

describe('registryAddress', () => {
  // Evidence: reference-registry-address
  it.each([
    ['ruby', false, { host: 'docker.io', port: '443' }],
    ['docker.io/ruby', false, { host: 'registry-1.docker.io', port: '443' }],
    ['quay.io/a', true, { host: 'quay.io', port: '80' }],
    ['quay.io:5000/a', true, { host: 'quay.io', port: '5000' }],
    [`my.image:1@${SHA256}`, false, { host: '', port: '' }],
  ])('finds the registry of %s (insecure: %s)', (text, insecure, address) => {
    expect(registryAddress(parseImageReference(text), { insecure })).toEqual(address);
  });

  it('prints a URL without client defaults', () => {
    expect(registryUrl(parseImageReference('ruby'))).toBe('https://');
    expect(registryUrl(parseImageReference('docker.io/ruby'))).toBe('https://registry-1.docker.io');
  });
});
