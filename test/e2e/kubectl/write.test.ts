import { expect, test } from 'vitest';
import { describeEachKubectl, stream, tagsOf } from './cluster.js';

const V1 = 'registry.example.test/a/b:v1';
const V2 = 'registry.example.test/a/b:v2';
const V3 = 'registry.example.test/a/b:v3';

const done = (stdout: string) => ({ exit: 0, stdout, stderr: '' });

/** The lines of a diff that one side does not have. */
const changedLines = (diff: string): string[] =>
  diff.split('\n').filter((line) => /^[-+] /.test(line));

describeEachKubectl('changes image streams', (cluster) => {
  test('apply creates, leaves alone, changes, and takes back what is no longer said', async () => {
    const place = cluster.namespace('apply');
    const labelled = stream('web', { latest: V1, old: V1 }, { labels: { tier: 'front' } });
    expect(await place.feed(['apply'], labelled)).toEqual(
      done('imagestream.image.openshift.io/web created\n'),
    );
    const created = await place.stored('web');
    // Before 1.27 kubectl merges lists by key only for kinds it was built with: it sends what is there already.
    const again = cluster.program.minor < 27 ? 'configured' : 'unchanged';
    expect(await place.feed(['apply'], labelled)).toEqual(
      done(`imagestream.image.openshift.io/web ${again}\n`),
    );
    const after = await place.stored('web');
    expect([after?.metadata.generation, after?.spec, after?.status]).toEqual([
      created?.metadata.generation,
      created?.spec,
      created?.status,
    ]);
    await place.change('web', { metadata: { labels: { theirs: 'kept' } } });
    expect(
      await place.feed(['apply'], stream('web', { latest: V2 }, { labels: { app: 'web' } })),
    ).toEqual(done('imagestream.image.openshift.io/web configured\n'));
    const stored = await place.stored('web');
    expect(tagsOf(stored)).toEqual({ latest: V2 });
    expect(stored?.metadata.labels).toEqual({ app: 'web', theirs: 'kept' });
  });

  test('apply --dry-run=server answers as if it had, and stores nothing', async () => {
    const place = cluster.namespace('dry-run');
    expect(await place.feed(['apply', '--dry-run=server'], stream('web'))).toEqual(
      done('imagestream.image.openshift.io/web created (server dry run)\n'),
    );
    expect(await place.stored('web')).toBeUndefined();
  });

  test('apply --server-side tells of a conflict, and takes over when forced', async () => {
    const place = cluster.namespace('server-side');
    const apply = ['apply', '--server-side', '--field-manager=first'];
    const other = ['apply', '--server-side', '--field-manager=second'];
    expect(await place.feed(apply, stream('web', { latest: V1 }))).toEqual(
      done('imagestream.image.openshift.io/web serverside-applied\n'),
    );
    const refused = await place.feed(other, stream('web', { latest: V2, next: V2 }));
    expect(refused.exit).toBe(1);
    expect(refused.stderr).toContain(
      'Apply failed with 1 conflict: conflict with "first": .spec.tags[name="latest"].from\n',
    );
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V1 });
    const forced = await place.feed(
      [...other, '--force-conflicts'],
      stream('web', { latest: V2, next: V2 }),
    );
    expect(forced).toEqual(done('imagestream.image.openshift.io/web serverside-applied\n'));
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V2, next: V2 });
    // The first manager no longer names a tag that only the second still wants.
    expect(await place.feed(apply, stream('web'))).toMatchObject({ exit: 0 });
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V2, next: V2 });
    expect(await place.feed(other, stream('web', { latest: V2 }))).toMatchObject({ exit: 0 });
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V2 });
  });

  test('diff shows what apply would change, with exit code 1, and nothing else', async () => {
    const place = cluster.namespace('diff');
    await place.feed(['apply'], stream('web', { latest: V1 }));
    const same = await place.feed(['diff'], stream('web', { latest: V1 }));
    // Before 1.21 kubectl also compares managed fields, with the times in them.
    expect(changedLines(same.stdout).filter((line) => !/^[-+] +time: /.test(line))).toEqual([]);
    const changed = await place.feed(['diff'], stream('web', { latest: V2 }));
    expect(changed).toMatchObject({ exit: 1, stderr: '' });
    const lines = changedLines(changed.stdout).filter((line) => !/^[-+] +time: /.test(line));
    expect(lines).toEqual([
      '-  generation: 1',
      '+  generation: 2',
      `-      name: ${V1}`,
      '-    generation: 1',
      `+      name: ${V2}`,
      '+    generation: 2',
      `-      dockerImageReference: ${V1}`,
      '-      generation: 1',
      `+      dockerImageReference: ${V2}`,
      '+      generation: 2',
    ]);
    const serverSide = await place.feed(['diff', '--server-side'], stream('web', { latest: V3 }));
    expect(serverSide).toMatchObject({ exit: 1, stderr: '' });
    expect(serverSide.stdout).toContain(`+      name: ${V3}\n`);
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V1 });
    expect((await place.feed(['diff'], stream('new'))).stdout).toContain('+  name: new\n');
  });

  test('patch merges tags by name, replaces them, or edits them by position', async () => {
    const place = cluster.namespace('patch');
    await place.create('web', { latest: V1, old: V1 });
    const patch = (type: string, value: unknown) =>
      place.run(['patch', 'is', 'web', `--type=${type}`, '-p', JSON.stringify(value)]);
    const patched = done('imagestream.image.openshift.io/web patched\n');
    const tag = { name: 'latest', from: { kind: 'DockerImage', name: V2 } };
    expect(await patch('strategic', { spec: { tags: [tag] } })).toEqual(patched);
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V2, old: V1 });
    const removal = { spec: { tags: [{ name: 'old', $patch: 'delete' }] } };
    expect(await patch('strategic', removal)).toEqual(patched);
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V2 });
    const path = '/spec/tags/0/from/name';
    const edit = [
      { op: 'test', path, value: V2 },
      { op: 'replace', path, value: V3 },
    ];
    expect(await patch('json', edit)).toEqual(patched);
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V3 });
    expect(await patch('json', edit)).toMatchObject({ exit: 1 });
    expect(await patch('merge', { spec: { tags: [{ ...tag, name: 'only' }] } })).toEqual(patched);
    expect(tagsOf(await place.stored('web'))).toEqual({ only: V2 });
  });

  test('a patch that changes nothing is told as such', async () => {
    const place = cluster.namespace('patch-nothing');
    await place.create('web');
    const patch = ['patch', 'is', 'web', '--type=merge', '-p', '{"spec":{"lookupPolicy":null}}'];
    expect(await place.run(patch)).toEqual(
      done('imagestream.image.openshift.io/web patched (no change)\n'),
    );
  });

  test('edit saves what the editor made of the object', async () => {
    const place = cluster.namespace('edit');
    await place.create('web', { latest: V1 });
    expect(await place.run(['edit', 'is', 'web'], { editor: 's#b:v1#b:v2#' })).toEqual(
      done('imagestream.image.openshift.io/web edited\n'),
    );
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V2 });
    const unchanged = await place.run(['edit', 'is', 'web'], { editor: '' });
    expect(unchanged).toEqual({
      exit: 0,
      stdout: '',
      stderr: 'Edit cancelled, no changes made.\n',
    });
  });

  test('edit opens the object again with what the server said against it', async () => {
    const place = cluster.namespace('edit-invalid');
    await place.create('web', { latest: V1 });
    const save =
      'saved=$(dirname "$0")/opened; cat "$1" >> "$saved"; sed -i s#DockerImage#Nope# "$1"';
    const outcome = await place.run(['edit', 'is', 'web'], {
      env: { KUBE_EDITOR: place.script('editor', `#!/bin/sh\n${save}\n`) },
    });
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toContain('error: imagestreams.image.openshift.io "web" is invalid\n');
    expect(outcome.stderr).toContain('error: Edit cancelled, no valid changes were saved.\n');
    const opened = place.read('opened');
    expect(opened.match(/^kind: ImageStream$/gm)).toHaveLength(2);
    expect(opened).toMatch(
      /^# \* spec\.tags\[latest\]\.from\.kind: Required value: valid values are 'DockerImage', /m,
    );
    expect(tagsOf(await place.stored('web'))).toEqual({ latest: V1 });
  });

  test('label and annotate add, refuse to overwrite unasked, overwrite, and remove', async () => {
    const place = cluster.namespace('label');
    await place.create('web');
    for (const [verb, past] of [
      ['label', 'labeled'],
      ['annotate', 'annotated'],
    ] as const) {
      expect(await place.run([verb, 'is', 'web', 'a=1', 'b=2'])).toEqual(
        done(`imagestream.image.openshift.io/web ${past}\n`),
      );
      expect(await place.run([verb, 'is', 'web', 'a=3'])).toMatchObject({ exit: 1, stdout: '' });
      expect(await place.run([verb, 'is', 'web', 'a=3', '--overwrite'])).toMatchObject({ exit: 0 });
      expect(await place.run([verb, 'is', 'web', 'b-'])).toMatchObject({ exit: 0 });
    }
    expect((await place.stored('web'))?.metadata).toMatchObject({
      labels: { a: '3' },
      annotations: { a: '3' },
    });
    expect((await place.stored('web'))?.metadata.labels).not.toHaveProperty('b');
  });

  test('a label made for an outdated version is a conflict', async () => {
    const place = cluster.namespace('conflict');
    await place.create('web');
    const { resourceVersion = '' } = (await place.stored('web'))?.metadata ?? {};
    await place.change('web', { metadata: { labels: { newer: 'yes' } } });
    const outcome = await place.run([
      'label',
      'is',
      'web',
      'a=b',
      `--resource-version=${resourceVersion}`,
    ]);
    expect(outcome).toMatchObject({ exit: 1, stdout: '' });
    expect(outcome.stderr).toContain(
      'Operation cannot be fulfilled on imagestreams.image.openshift.io "web": the object has been modified; please apply your changes to the latest version and try again',
    );
    expect((await place.stored('web'))?.metadata.labels).toEqual({ newer: 'yes' });
  });

  test('create refuses what exists, and replace what does not', async () => {
    const place = cluster.namespace('create');
    expect(await place.feed(['create'], stream('web', { latest: V1 }))).toEqual(
      done('imagestream.image.openshift.io/web created\n'),
    );
    expect(await place.feed(['create'], stream('web'))).toEqual({
      exit: 1,
      stdout: '',
      stderr:
        'Error from server (AlreadyExists): error when creating "STDIN": imagestreams.image.openshift.io "web" already exists\n',
    });
    expect(await place.feed(['replace'], stream('web', { next: V2 }))).toEqual(
      done('imagestream.image.openshift.io/web replaced\n'),
    );
    expect(tagsOf(await place.stored('web'))).toEqual({ next: V2 });
    expect(await place.feed(['replace'], stream('none'))).toEqual({
      exit: 1,
      stdout: '',
      stderr:
        'Error from server (NotFound): error when replacing "STDIN": imagestreams.image.openshift.io "none" not found\n',
    });
  });

  test('replace --force makes a new object of the same name', async () => {
    const place = cluster.namespace('replace-force');
    await place.create('web', { latest: V1 });
    const before = await place.stored('web');
    expect(await place.feed(['replace', '--force'], stream('web', { latest: V2 }))).toEqual(
      done(
        'imagestream.image.openshift.io "web" deleted\nimagestream.image.openshift.io/web replaced\n',
      ),
    );
    const after = await place.stored('web');
    expect(tagsOf(after)).toEqual({ latest: V2 });
    expect(after?.metadata.uid).not.toBe(before?.metadata.uid);
  });

  test('create says which field is wrong', async () => {
    const place = cluster.namespace('create-invalid');
    const wrong = {
      ...stream('web'),
      spec: { tags: [{ name: 'latest', from: { kind: 'DockerImage', name: 'a b' } }] },
    };
    const outcome = await place.feed(['create', '--validate=false'], wrong);
    expect(outcome).toMatchObject({ exit: 1, stdout: '' });
    expect(outcome.stderr).toContain(
      'The ImageStream "web" is invalid: spec.tags[latest].from.name: Invalid value: "a b": ',
    );
  });

  test('a mapping brings in an image that can then be tagged through ImageStreamTags', async () => {
    const place = cluster.namespace('mapping');
    await place.create('web');
    const name = `sha256:${'a'.repeat(64)}`;
    const mapping = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamMapping',
      metadata: { name: 'web' },
      tag: 'pushed',
      image: { metadata: { name }, dockerImageReference: `registry.example.test/a/b@${name}` },
    };
    expect(await place.feed(['create'], mapping)).toMatchObject({ exit: 0 });
    const tag = {
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamTag',
      metadata: { name: 'web:stable' },
      tag: { from: { kind: 'ImageStreamImage', name: `web@${name}` } },
    };
    // Checked by the client, the API's own documents would ask for fields that only answers have.
    expect(await place.feed(['create', '--validate=false'], tag)).toEqual(
      done('imagestreamtag.image.openshift.io/web:stable created\n'),
    );
    expect(
      await place.run(['get', 'istag', 'web:stable', '-o', 'jsonpath={.image.metadata.name}']),
    ).toEqual(done(name));
    expect(await place.run(['delete', 'istag', 'web:pushed'])).toEqual(
      done('imagestreamtag.image.openshift.io "web:pushed" deleted\n'),
    );
    expect(await place.run(['get', 'istag', '-o', 'name'])).toEqual(
      done('imagestreamtag.image.openshift.io/web:stable\n'),
    );
  });

  test('delete takes names, selectors, files, or everything, and waits for finalizers', async () => {
    const place = cluster.namespace('delete');
    for (const name of ['a', 'b', 'c', 'd', 'e']) await place.create(name);
    const deleted = (...names: string[]) =>
      done(names.map((name) => `imagestream.image.openshift.io "${name}" deleted\n`).join(''));
    expect(await place.run(['delete', 'is', 'a', '--dry-run=server'])).toEqual(
      done('imagestream.image.openshift.io "a" deleted (server dry run)\n'),
    );
    expect(await place.run(['delete', 'is', 'a'])).toEqual(deleted('a'));
    await place.change('b', { metadata: { labels: { old: 'yes' } } });
    expect(await place.run(['delete', 'is', '-l', 'old=yes'])).toEqual(deleted('b'));
    expect(await place.feed(['delete'], stream('c'))).toEqual(deleted('c'));
    await place.change('d', { metadata: { finalizers: ['example.test/wait'] } });
    const all = place.run(['delete', 'is', '--all']);
    await expect.poll(() => place.stored('e')).toBeUndefined();
    expect((await place.stored('d'))?.metadata.deletionTimestamp).toBeDefined();
    await place.change('d', { metadata: { finalizers: null } });
    expect(await all).toEqual(deleted('d', 'e'));
    expect(await place.stored('d')).toBeUndefined();
  });
});
