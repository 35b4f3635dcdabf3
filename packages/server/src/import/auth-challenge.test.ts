import { describe, expect, it } from 'vitest';
import { parseAuthChallenges } from './auth-challenge.js';

describe('parseAuthChallenges', () => {
  it('reads quoted and plain parameters', () => {
    expect(
      parseAuthChallenges('Bearer realm="https://auth.test/a,b",service=registry.test'),
    ).toEqual([
      {
        scheme: 'bearer',
        parameters: { realm: 'https://auth.test/a,b', service: 'registry.test' },
      },
    ]);
  });

  it('reads several challenges of one header', () => {
    const challenges = parseAuthChallenges(
      'Basic realm="r", Bearer realm="https://auth.test/token", scope="a:b:c"',
    );
    expect(challenges).toEqual([
      { scheme: 'basic', parameters: { realm: 'r' } },
      { scheme: 'bearer', parameters: { realm: 'https://auth.test/token', scope: 'a:b:c' } },
    ]);
  });

  it('keeps an escaped quote and leaves out what does not parse', () => {
    expect(parseAuthChallenges('Basic realm="a \\"b\\"", =, ')).toEqual([
      { scheme: 'basic', parameters: { realm: 'a "b"' } },
    ]);
  });

  it('treats a parameter called __proto__ as any other', () => {
    const [challenge] = parseAuthChallenges('Basic __proto__="x"');
    expect(Object.keys(challenge?.parameters ?? {})).toEqual(['__proto__']);
  });
});
