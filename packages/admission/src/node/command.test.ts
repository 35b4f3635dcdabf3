import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runCommand, type ExitCode } from './command.js';
import { CONFIG_SCHEMA, readConfig } from './config.js';
import { POLICY_CATALOG } from './policy-catalog.js';
import { send, tlsFile } from './socket.test-support.js';

const folder = mkdtempSync(join(tmpdir(), 'imagestream-admission-'));
afterAll(() => rmSync(folder, { recursive: true }));

const testdata = fileURLToPath(new URL('../../testdata/', import.meta.url));
let files = 0;

function write(text: string): string {
  const path = join(folder, `${(files += 1)}.yaml`);
  writeFileSync(path, text);
  return path;
}

async function run(
  ...args: readonly string[]
): Promise<{ code: ExitCode; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCommand(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    onStop: (stop) => setImmediate(stop),
  });
  return { code, out, err };
}

function documents(text: string): Record<string, never>[] {
  return Array.from(
    parseAllDocuments(text),
    (document) => document.toJS() as Record<string, never>,
  );
}

const CONFIG = write(`
policies:
  - policy: require-digest
    namespaces: [prod, team-*]
    excludeNamespaces: [team-x]
  - policy: allowed-registries
    registries: [quay.io]
    action: warn
  - policy: strip-server-fields
`);

describe('serving', () => {
  test('says where it listens, logs JSON, and ends when told to', async () => {
    const { code, out, err } = await run(
      ...['--port', '0', '--tls-cert', tlsFile('first.crt'), '--tls-key', tlsFile('first.key')],
      ...['--config', write('shutdown: { delaySeconds: 0 }')],
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^imagestream-admission listening on https:\/\/127\.0\.0\.1:\d+\n$/);
    const lines = err
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string });
    expect(lines.map(({ message }) => message)).toEqual(['listening', 'leaving', 'stopped']);
  });

  test('answers reviews meanwhile', async () => {
    let stop = (): void => undefined;
    const url = new Promise<string>((resolve) => {
      void runCommand(
        [
          ...['--port', '0', '--tls-cert', tlsFile('first.crt'), '--tls-key', tlsFile('first.key')],
          ...['--config', write('shutdown: { delaySeconds: 0 }'), '--quiet'],
        ],
        {
          stdout: { write: (text) => resolve(text.trim().split(' ').at(-1) ?? '') },
          stderr: { write: () => undefined },
          onStop: (end) => (stop = end),
        },
      );
    });
    const body = readFileSync(`${testdata}reviews/imagestreams-create.json`, 'utf8');
    const answer = await send(`${await url}/validate`, body);
    stop();
    expect(JSON.parse(answer.body)).toMatchObject({ response: { allowed: true } });
  });
});

describe('wrong usage', () => {
  test.each([
    [['serv'], /there is no command "serv"/],
    [['manifest'], /did you mean "manifests"/],
    [['--port', '1'], /--tls-cert and --tls-key are needed/],
    [['--port', 'x', '--tls-cert', 'a', '--tls-key', 'b'], /--port is a number from 0 to 65535/],
    [['--prot', '1'], /Unknown option '--prot'/],
    [['replay'], /name at least one file/],
    [['replay', 'x', '--expect', 'maybe'], /--expect is allow or deny/],
    [['replay', '/nowhere.json'], /nowhere\.json: ENOENT/],
    [['policy'], /say policy --cel/],
    [['manifests', '--timeout-seconds', '31'], /a number from 1 to 30/],
    [['manifests', '--failure-policy', 'Maybe'], /is Fail or Ignore/],
    [['--tls-cert', '/nowhere', '--tls-key', '/nowhere'], /nowhere: ENOENT/],
  ])('%j is exit code 2 with the reason', async (args, reason) => {
    const { code, err, out } = await run(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(reason);
  });

  test('a configuration is refused with everything that is wrong in it', async () => {
    const path = write(`
polcies: []
limits: { budgetMs: 5, maxConnections: many }
policies:
  - policy: requre-digest
  - policy: maximum-tags
    maxTag: 3
  - policy: lookup-policy
    mode: requires
  - policy: allowed-registries
    registries: []
  - { action: warn }
  - 7
  - policy: validate-objects
    rules: { digest-fromat: warn, tag-reference-policy: off }
`);
    const { code, err } = await run('policy', '--cel', '--config', path);
    expect(code).toBe(2);
    const prefix = `imagestream-admission: ${path}: `;
    expect(
      err
        .trim()
        .split('\n')
        .map((line) => line.replace(prefix, '')),
    ).toEqual([
      'the configuration: there is no "polcies"; did you mean "policies"?',
      'limits.budgetMs: expected a whole number from 10 to 30000, not 5',
      'limits.maxConnections: expected a whole number from 1 to 100000, not "many"',
      'policies[0].policy: there is no policy "requre-digest"; did you mean "require-digest"?',
      'policies[1]: maxTags is missing',
      'policies[1]: there is no "maxTag"; did you mean "maxTags"?',
      'policies[2].mode: expected one of require, forbid, not "requires"; did you mean "require"?',
      'policies[3].registries: is empty',
      'policies[4]: policy is missing',
      'policies[5]: expected an object, not 7',
      'policies[6].rules: there is no "digest-fromat"; did you mean "digest-format"?',
      'policies[6].rules.tag-reference-policy: expected one of deny, warn, ignore, not "off"',
    ]);
  });

  test.each([
    [
      'policies: [{ policy: name-patterns, streams: "(" }]',
      /policies\[0\]: .*no regular expression/,
    ],
    ['policies: [{ policy: require-digest, namespaces: ["*-x"] }]', /a \* before its end/],
    ['policies: [{ policy: pinned-latest }, { policy: pinned-latest }]', /two policies are named/],
    ['policies: [', /./],
    ['[]', /the configuration: expected an object/],
  ])('%s is refused', async (text, message) => {
    await expect(readConfig(text)).rejects.toThrow(message);
  });
});

describe('the schema', () => {
  test('of the package is the one the command prints', async () => {
    const { out } = await run('schema');
    const path = new URL('../../imagestream-admission.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(out));
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(CONFIG_SCHEMA)));
  });

  test('has an entry for every policy, and each can be made', async () => {
    const examples: Readonly<Record<string, object>> = {
      'allowed-registries': { registries: ['quay.io'] },
      'scheduled-imports': { mode: 'forbid' },
      'lookup-policy': { mode: 'forbid' },
      'required-metadata': { labels: { a: '.+' } },
      'maximum-tags': { maxTags: 3 },
      'name-patterns': { tags: '.+' },
      'default-reference-policy': { type: 'Local' },
      'default-import-mode': { importMode: 'PreserveOriginal' },
      'default-labels': { labels: { a: 'b' } },
    };
    const entries = Object.keys(POLICY_CATALOG).map((policy) => ({
      policy,
      name: `my-${policy}`,
      namespaces: ['web'],
      ...examples[policy],
    }));
    const { policies } = await readConfig(JSON.stringify({ policies: entries }));
    expect(policies.map(({ name }) => name)).toEqual(entries.map(({ name }) => name));
  });
});

describe('manifests', () => {
  test('install everything a webhook needs, whose parts name each other', async () => {
    const { code, out } = await run('manifests', '--config', CONFIG, '--name', 'guard');
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(`${testdata}manifests.yaml`);
  });

  test('have webhooks only for what a policy judges', async () => {
    const config = write('policies: [{ policy: default-labels, labels: { a: b } }]');
    const kinds = documents((await run('manifests', '--config', config)).out).map(
      ({ kind }) => kind,
    );
    expect(kinds).toContain('MutatingWebhookConfiguration');
    expect(kinds).not.toContain('ValidatingWebhookConfiguration');
  });
});

describe('policy --cel', () => {
  test('prints what CEL can say, with its namespaces, and names what it cannot', async () => {
    const { code, out, err } = await run('policy', '--cel', '--config', CONFIG);
    expect(code).toBe(0);
    const [policy, binding, ...rest] = documents(out);
    expect(rest).toEqual([]);
    expect(policy).toMatchObject({
      kind: 'ValidatingAdmissionPolicy',
      spec: {
        matchConditions: [
          {
            name: 'namespaces',
            expression: "request.namespace == 'prod' || request.namespace.startsWith('team-')",
          },
          { name: 'exclude-namespaces', expression: "!(request.namespace == 'team-x')" },
        ],
      },
    });
    expect(binding).toMatchObject({ spec: { validationActions: ['Deny'] } });
    expect(err).toMatch(/^not in CEL: allowed-registries: the registry of a pull spec/m);
    expect(err).toMatch(/^not in CEL: strip-server-fields: it changes objects$/m);
  });
});

describe('replay', () => {
  const review = `${testdata}reviews/imagestreams-update.json`;

  test('exits 0 when a review ends as expected, 1 when not', async () => {
    const config = write('policies: [{ policy: lookup-policy, mode: forbid }]');
    const denied = await run('replay', review, '--expect', 'deny', '--config', config);
    expect(denied).toMatchObject({ code: 0, err: '' });
    expect(denied.out).toContain('spec.lookupPolicy.local: Forbidden: ');
    const unexpected = await run('replay', review, '--expect', 'allow', '--config', config);
    expect(unexpected.code).toBe(1);
    expect(unexpected.err).toContain('expected allow');
  });

  test('shows the patch of the mutating policies', async () => {
    const config = write('policies: [{ policy: default-labels, labels: { a: b } }]');
    const { out } = await run('replay', review, '--mutate', '--config', config);
    expect(out).toContain('patch: add /metadata/labels/a "b"');
  });

  test('refuses what is no review', async () => {
    const { code, err } = await run('replay', write('{}'));
    expect(code).toBe(2);
    expect(err).toContain('kind is missing');
  });
});
