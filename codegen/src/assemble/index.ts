export { assembleDocuments, assembleSpec } from './assemble-spec.js';
export type { AssembledDocument, AssembledFile } from './assemble-spec.js';
export { checkSources } from './check-sources.js';
export { isSpecFolder, readSpecSources } from './read-sources.js';
export { servedSchema } from './source-schema.js';
export type { ApiSource, ResourceSource, SourceDefinition, SpecSources } from './spec-sources.js';
