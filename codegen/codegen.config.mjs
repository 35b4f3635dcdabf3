// What the generator makes of spec/, and where each file goes. Paths start at the root of the repository.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const facts = parse(readFileSync(new URL('../spec/wire-types.yaml', import.meta.url), 'utf8'));

const core = 'packages/core/src/gen';
const image = 'packages/image-v1/src/gen';
const server = 'packages/server/src/gen';
const client = 'packages/client/src/gen';
const validators = 'packages/validators/src/gen';

/** @type {Omit<import('@imagestream/codegen').RunConfig, 'out' | 'check'>} */
export const config = {
  inputs: ['spec'],
  fixups: [
    {
      id: 'table-cells-hold-any-value',
      why: 'Servers describe the cells of a table row as objects, because Go has no other word for any value. They are texts, numbers and booleans.',
      definition: 'io.k8s.apimachinery.pkg.apis.meta.v1.TableRow',
      path: ['cells', '[]'],
      drop: ['type'],
      set: { preserveUnknown: true },
    },
  ],
  layout: {
    roots: [
      { path: 'packages/core', name: '@imagestream/core' },
      { path: 'packages/image-v1', name: '@imagestream/image-v1' },
      { path: 'packages/client' },
      { path: 'packages/validators' },
      { path: 'packages/lint' },
      { path: 'packages/server' },
    ],
    support: { specifier: '@imagestream/core' },
    documents: {
      file: `${server}/open-api-documents.ts`,
      source: 'spec',
      v2: 'openapi/v2.json',
      v3: 'openapi/v3/',
    },
    wireTypes: {
      file: `${server}/topology.ts`,
      source: 'spec',
      declarations: 'packages/server/src/decode/type-table.ts',
      facts: facts.types,
    },
    runtime: {
      validators: 'packages/validators/src/runtime',
      verbs: 'packages/client/src/verbs.ts',
      binder: 'packages/client/src/resource-handle.ts',
    },
    modules: [
      {
        id: 'meta-v1',
        packages: [
          'io.k8s.apimachinery.pkg.apis.meta.v1',
          'io.k8s.apimachinery.pkg.runtime',
          'io.k8s.apimachinery.pkg.version',
        ],
        document: 'spec/meta-v1',
        // Core has a ListOptions and a WatchEvent of its own, made for people; these are the wire's shapes.
        rename: {
          'io.k8s.apimachinery.pkg.apis.meta.v1.ListOptions': 'RawListOptions',
          'io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent': 'RawWatchEvent',
          'io.k8s.apimachinery.pkg.version.Info': 'VersionInfo',
        },
        files: { types: `${core}/meta-v1.ts` },
      },
      {
        id: 'core-v1',
        packages: ['io.k8s.api.core.v1'],
        document: 'spec/core-v1',
        files: { types: `${core}/core-v1.ts` },
      },
      {
        id: 'image-v1',
        packages: ['com.github.openshift.api.image.v1'],
        document: 'spec/image-v1',
        files: {
          types: `${image}/kinds.ts`,
          create: `${image}/create.ts`,
          resources: `${image}/resources.ts`,
          guards: `${image}/guards.ts`,
          handles: `${client}/handles.ts`,
          paths: `${image}/openapi.ts`,
          docs: 'packages/image-v1/docs/reference.md',
          schemas: 'packages/lint/schemas',
          validators: `${validators}/image-v1`,
        },
      },
      {
        id: 'image-docker10',
        packages: ['com.github.openshift.api.image.docker10'],
        document: 'spec/image-docker10',
        files: { types: `${image}/docker10.ts` },
      },
      {
        id: 'image-dockerpre012',
        packages: ['com.github.openshift.api.image.dockerpre012'],
        document: 'spec/image-dockerpre012',
        files: { types: `${image}/dockerpre012.ts` },
      },
    ],
  },
  ownedFolders: [core, image, client, validators, server, 'packages/lint/schemas'],
};
