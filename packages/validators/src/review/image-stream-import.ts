import type { FieldError } from '@imagestream/core';
import { normalizeImageStreamImport } from '@imagestream/image-v1';
import type { ReviewContext } from '../context.js';
import {
  validateImageStreamImport,
  validateImportRegistries,
} from '../kinds/image-stream-import.js';

/** Judges a request to import. Source: import-nothing, import-registry. */
export function reviewImageStreamImport(object: unknown, context: ReviewContext): FieldError[] {
  const request = normalizeImageStreamImport(object, context);
  const errors = validateImageStreamImport(request);
  if (errors.length > 0 || context.restrictsImports !== true) return errors;
  return validateImportRegistries(request, context.registries);
}
