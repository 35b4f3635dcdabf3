import { parseImageReference } from '@imagestream/image-v1';
import { describe, expect, it } from 'vitest';
import {
  ALL_REGISTRIES,
  AllowedRegistriesError,
  createAllowedRegistries,
  type RegistryTransport,
} from './allowed-registries.js';

const LIST = [
  { domainName: 'good.test' },
  { domainName: '*.wild.test:5000' },
  { domainName: 'insecure.test', insecure: true },
  { domainName: 'h?st.test:*' },
  { domainName: 'docker.io' },
];

function isAllowed(
  reference: string,
  transport: RegistryTransport = 'secure',
  list = LIST,
): boolean {
  return (
    createAllowedRegistries(list).refuse(parseImageReference(reference), transport) === undefined
  );
}

describe('createAllowedRegistries', () => {
  // Evidence: registry-allowed
  it.each<[string, RegistryTransport, boolean]>([
    ['good.test/x', 'secure', true],
    ['good.test:443/x', 'secure', true],
    ['good.test:5000/x', 'secure', false],
    ['GOOD.test/x', 'secure', false],
    ['good.test/x', 'insecure', false],
    ['good.test/x', 'any', true],
    ['insecure.test/x', 'secure', false],
    ['insecure.test/x', 'insecure', true],
    ['insecure.test/x', 'any', true],
    ['a.wild.test:5000/x', 'secure', true],
    ['a.b.wild.test:5000/x', 'secure', true],
    ['wild.test:5000/x', 'secure', false],
    ['a.wild.test/x', 'any', false],
    ['host.test:1/x', 'secure', true],
    ['hst.test:1/x', 'secure', false],
    ['host.test/x', 'any', true],
    ['x', 'secure', false],
    ['x', 'any', true],
    ['docker.io/x', 'any', true],
    ['index.docker.io/x', 'any', true],
    ['registry-1.docker.io/x', 'secure', true],
  ])('knows whether %s is allowed (%s)', (reference, transport, allowed) => {
    const list = reference === 'x' && transport === 'secure' ? LIST.slice(0, 4) : LIST;
    expect(isAllowed(reference, transport, list)).toBe(allowed);
  });

  it('allows everything without a list', () => {
    expect(createAllowedRegistries(undefined)).toBe(ALL_REGISTRIES);
    expect(ALL_REGISTRIES.admitting([]).refuse(parseImageReference('x'), 'secure')).toBeUndefined();
  });

  it('says what is allowed instead, four entries of more than five', () => {
    const refuse = (count: number): string | undefined => {
      const list = Array.from({ length: count }, (_, index) => ({ domainName: `r${index}` }));
      return createAllowedRegistries(list).refuse(parseImageReference('evil.test/x'), 'secure');
    };
    const refused = 'registry "evil.test" not allowed by';
    expect(refuse(0)).toBe(`${refused} empty whitelist`);
    expect(refuse(5)).toBe(
      `${refused} whitelist: "r0:443", "r1:443", "r2:443", "r3:443", "r4:443"`,
    );
    expect(refuse(6)).toBe(
      `${refused} whitelist: "r0:443", "r1:443", "r2:443", "r3:443", and 2 more ...`,
    );
  });

  it('shows where an unqualified reference would have gone', () => {
    const registries = createAllowedRegistries([{ domainName: 'good.test' }]);
    const ruby = parseImageReference('ruby');
    expect(registries.refuse(ruby, 'secure')).toContain('registry "docker.io:443" not');
    expect(registries.refuse(ruby, 'any')).toContain('registry "docker.io" not');
  });

  // Evidence: registry-allowed-entry
  it('always allows the own registry, and refuses entries nobody can read', () => {
    const registries = createAllowedRegistries([], { internalRegistry: 'registry.svc:5000' });
    expect(
      registries.refuse(parseImageReference('registry.svc:5000/web/app'), 'secure'),
    ).toBeUndefined();
    expect(() => createAllowedRegistries([{ domainName: '::1' }])).toThrow(AllowedRegistriesError);
    expect(() => createAllowedRegistries([{ domainName: 'a:1:2' }])).toThrow(
      'failed to parse allowed registry "a:1:2": too many colons',
    );
  });

  it('lists an entry once, the own registry in front unless it stands there already', () => {
    const list = ['a', 'b', 'a:443', 'registry.svc:5000'].map((domainName) => ({ domainName }));
    const refuse = (internalRegistry: string): string | undefined =>
      createAllowedRegistries(list, { internalRegistry }).refuse(
        parseImageReference('evil.test/x'),
        'secure',
      );
    const listed = '"b:443", "a:443", "registry.svc:5000"';
    expect(refuse('registry.svc:5000')).toBe(
      `registry "evil.test" not allowed by whitelist: ${listed}`,
    );
    expect(refuse('other.svc')).toBe(
      `registry "evil.test" not allowed by whitelist: "other.svc:443", ${listed}`,
    );
  });

  it('takes a mere registry with tag and digest for a host nobody knows', () => {
    const odd = `my.image:1.0@sha256:${'a'.repeat(64)}`;
    expect(isAllowed(odd, 'secure', [{ domainName: 'my.image:*' }])).toBe(false);
    expect(isAllowed(odd, 'any', [{ domainName: 'my.image:*' }])).toBe(false);
    expect(isAllowed(odd, 'any', [{ domainName: '*' }])).toBe(true);
  });

  // Evidence: registry-allowed-old
  it('goes on allowing repositories that are in use, whatever the tag', () => {
    const registries = createAllowedRegistries([]).admitting([
      'evil.test/a/b:1',
      'ruby',
      'Not One',
    ]);
    const refuse = (text: string): string | undefined =>
      registries.refuse(parseImageReference(text), 'secure');
    expect(refuse('evil.test/a/b:2')).toBeUndefined();
    expect(refuse('docker.io/library/ruby:3')).toBeUndefined();
    expect(refuse('evil.test/a/c')).toBe('registry "evil.test" not allowed by empty whitelist');
  });

  it('gets through patterns made of stars', () => {
    const pattern = `${'*a'.repeat(200)}*b`;
    expect(isAllowed(`${'a.'.repeat(120)}c/x`, 'secure', [{ domainName: pattern }])).toBe(false);
  });
});
