import { expect, test } from 'vitest';
import { describeEachKubectl, stream } from './cluster.js';

const V1 = 'registry.example.test/a/b:v1';
const V2 = 'registry.example.test/a/b:v2';
const REGISTRY = 'image-registry.openshift-image-registry.svc:5000';

const done = (stdout: string) => ({ exit: 0, stdout, stderr: '' });
const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
/** The cells of a printed table. Columns are at least three spaces apart. */
const cells = (text: string): string[][] =>
  lines(text).map((line) => line.split(/ {3,}/).map((cell) => cell.trim()));

describeEachKubectl('reads image streams', (cluster) => {
  test('get prints the columns of the server', async () => {
    const place = cluster.namespace('table');
    await place.create('api', { v1: V1, v2: V2 });
    await place.create('web');
    const { exit, stdout } = await place.run(['get', 'is']);
    expect(exit).toBe(0);
    expect(cells(stdout.replaceAll(/(\d+|Less than a) seconds? ago/g, 'AGO'))).toEqual([
      ['NAME', 'IMAGE REPOSITORY', 'TAGS', 'UPDATED'],
      ['api', `${REGISTRY}/table/api`, 'v1,v2', 'AGO'],
      ['web', `${REGISTRY}/table/web`, ''],
    ]);
    expect(
      (await place.run(['get', 'is', '-o', 'wide', '--no-headers'])).stdout.split('\n'),
    ).toHaveLength(3);
    expect(lines((await place.run(['get', 'is', '-A'])).stdout).join('\n')).toContain(`\ntable `);
  });

  test('get selects by name, label and field, and sorts', async () => {
    const place = cluster.namespace('select');
    for (const name of ['c', 'a', 'b']) await place.create(name);
    await place.change('c', { metadata: { labels: { tier: 'front' } } });
    const names = async (...args: string[]): Promise<string> =>
      (await place.run(['get', 'is', ...args, '-o', 'jsonpath={..metadata.name}'])).stdout;
    expect(await names()).toBe('a b c');
    expect(await names('c', 'a')).toBe('c a');
    expect(await names('-l', 'tier=front')).toBe('c');
    expect(await names('-l', 'tier notin (front)')).toBe('a b');
    expect(await names('--field-selector', 'metadata.name=b')).toBe('b');
    expect(await names('--chunk-size=1')).toBe('a b c');
    await place.change('a', { metadata: { labels: { order: '9' } } });
    await place.change('b', { metadata: { labels: { order: '8' } } });
    await place.change('c', { metadata: { labels: { order: '7' } } });
    expect(await names('--sort-by=.metadata.labels.order')).toBe('c b a');
    expect(await place.run(['get', 'is', '-o', 'name'])).toEqual(
      done(['a', 'b', 'c'].map((name) => `imagestream.image.openshift.io/${name}\n`).join('')),
    );
  });

  test('get -o json and -o yaml print the object as it is stored', async () => {
    const place = cluster.namespace('objects');
    await place.create('web', { latest: V1 });
    const stored = await place.stored('web');
    // Whether managed fields are shown is up to the client, not to the server.
    const { managedFields: _managedFields, ...metadata } = stored?.metadata ?? {};
    const { stdout } = await place.run(['get', 'is', 'web', '-o', 'json']);
    const printed = JSON.parse(stdout) as typeof stored;
    delete printed?.metadata.managedFields;
    expect(printed).toEqual({ ...stored, metadata });
    const yaml = (await place.run(['get', 'is', 'web', '-o', 'yaml'])).stdout;
    expect(yaml).toContain(`\n  uid: ${stored?.metadata.uid ?? ''}\nspec:\n  lookupPolicy:\n`);
  });

  test('get says what is not there', async () => {
    const place = cluster.namespace('missing');
    expect(await place.run(['get', 'is'])).toEqual({
      exit: 0,
      stdout: '',
      stderr: 'No resources found in missing namespace.\n',
    });
    expect(await place.run(['get', 'is', 'web'])).toMatchObject({ exit: 1, stdout: '' });
    expect(await place.run(['get', 'is', 'web', '--ignore-not-found'])).toEqual(done(''));
    expect(await place.run(['get', 'nothing'])).toEqual({
      exit: 1,
      stdout: '',
      stderr: 'error: the server doesn\'t have a resource type "nothing"\n',
    });
  });

  test('get -w prints changes as they happen', async () => {
    const place = cluster.namespace('watch');
    await place.create('web');
    const columns = 'custom-columns=T:.type,N:.object.metadata.name,A:.object.metadata.labels.a';
    const watch = ['get', 'is', '-w', '--output-watch-events', '-o', columns, '--no-headers'];
    const watching = place.run(watch, { until: (stdout) => stdout.includes('DELETED') });
    await place.watched();
    await place.change('web', { metadata: { labels: { a: '1' } } });
    await place.create('api');
    await place.run(['delete', 'is', 'web']);
    expect(cells((await watching).stdout)).toEqual([
      ['ADDED', 'web', '<none>'],
      ['MODIFIED', 'web', '1'],
      ['ADDED', 'api', '<none>'],
      ['DELETED', 'web', '1'],
    ]);
  });

  test('get -w prints rows of the table', async () => {
    const place = cluster.namespace('watch-table');
    await place.create('web', { latest: V1 });
    const watching = place.run(['get', 'is', '-w'], {
      until: (stdout) => lines(stdout).length === 3,
    });
    await place.watched();
    await place.create('api', { v2: V2 });
    expect(cells((await watching).stdout).map(([name, , tags]) => `${name} ${tags}`)).toEqual([
      'NAME TAGS',
      'web latest',
      'api v2',
    ]);
  });

  test('describe, explain and api-resources know the API', async () => {
    const place = cluster.namespace('documents');
    await place.create('web', { latest: V1 });
    const described = (await place.run(['describe', 'is', 'web'])).stdout;
    expect(described).toMatch(/^Name: +web$/m);
    expect(described).toMatch(new RegExp(`^ +Name: +${V1}$`, 'm'));
    const { stdout } = await place.run(['explain', 'imagestream.spec.tags.importPolicy']);
    expect(stdout).toMatch(/^KIND: +ImageStream$/m);
    expect(stdout).toMatch(/^ +scheduled\t<boolean>/m);
    const recursive = (await place.run(['explain', 'imagestreams', '--recursive'])).stdout;
    expect(recursive).toMatch(/^ +importMode\t<string>/m);
    expect(await place.run(['explain', 'is.spec.nope'])).toMatchObject({ exit: 1 });
    const names = ['--api-group=image.openshift.io', '-o', 'name'];
    expect(lines((await place.run(['api-resources', ...names])).stdout)).toEqual(
      [
        'images',
        'imagesignatures',
        'imagestreamimages',
        'imagestreamimports',
        'imagestreammappings',
        'imagestreams',
        'imagestreamtags',
        'imagetags',
      ].map((resource) => `${resource}.image.openshift.io`),
    );
    expect(
      lines((await place.run(['api-resources', ...names, '--verbs=list,watch'])).stdout),
    ).toEqual(['images.image.openshift.io', 'imagestreams.image.openshift.io']);
    expect(await place.run(['api-versions'])).toEqual(done('image.openshift.io/v1\n'));
  });

  test('wait gives up in time', async () => {
    const place = cluster.namespace('wait-timeout');
    await place.create('web');
    const timeout = await place.run(['wait', 'is/web', '--for=delete', '--timeout=1s']);
    expect(timeout).toMatchObject({ exit: 1, stdout: '' });
    // Which of the two it says depends on what it was doing when the time was over.
    expect(timeout.stderr).toMatch(/timed out waiting for the condition|context deadline exceeded/);
  });

  test('wait comes back when the stream is gone', async () => {
    const place = cluster.namespace('wait');
    await place.create('web');
    const waiting = place.run(['wait', 'is/web', '--for=delete', '--timeout=10s']);
    await place.watched();
    await place.run(['delete', 'is', 'web']);
    expect(await waiting).toMatchObject({ exit: 0 });
  });

  test.skipIf(cluster.program.minor < 23)(
    'wait comes back when a field has its value',
    async () => {
      const place = cluster.namespace('wait-field');
      await place.create('web');
      const waiting = place.run([
        'wait',
        'is/web',
        '--for=jsonpath={.spec.tags[0].name}=v1',
        '--timeout=10s',
      ]);
      await place.feed(['apply', '--server-side'], stream('web', { v1: V1 }));
      expect(await waiting).toEqual(done('imagestream.image.openshift.io/web condition met\n'));
    },
  );

  test('version and get --raw reach the server', async () => {
    const place = cluster.namespace('raw');
    expect(await place.run(['get', '--raw', '/healthz'])).toEqual(done('ok'));
    const version = JSON.parse((await place.run(['version', '-o', 'json'])).stdout) as {
      serverVersion: { gitVersion: string };
    };
    expect(version.serverVersion.gitVersion).toMatch(/^v\d+\.\d+\.\d+/);
  });
});
