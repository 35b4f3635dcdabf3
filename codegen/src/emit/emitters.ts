import { emitCreateTypes } from './create-types.js';
import { emitDocs } from './docs.js';
import { emitDocuments } from './documents.js';
import type { Emitter } from './emitted-file.js';
import { emitGuards } from './guards.js';
import { emitHandles } from './handles.js';
import { emitIndexFiles } from './index-files.js';
import { emitJsonSchemas } from './json-schemas.js';
import { emitOpenApiPaths } from './openapi-paths.js';
import { emitResources } from './resources.js';
import { emitSupport } from './support.js';
import { emitTypes } from './types.js';
import { emitWireTypes } from './wire-types.js';
import { emitValidators } from './validators/emit-validators.js';

/** Every product. Each emitter writes the files that the plan's layout gives it, and nothing else. */
export const emitters: readonly Emitter[] = [
  emitTypes,
  emitCreateTypes,
  emitResources,
  emitGuards,
  emitHandles,
  emitValidators,
  emitOpenApiPaths,
  emitJsonSchemas,
  emitDocs,
  emitDocuments,
  emitWireTypes,
  emitSupport,
  emitIndexFiles,
];
