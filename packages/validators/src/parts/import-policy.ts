import { type FieldError, type FieldPath, invalid } from '@imagestream/core';
import type { TagImportPolicy } from '@imagestream/image-v1';
import { report } from '../report.js';

/**
 * Checks the import mode of a tag or an import.
 *
 * Source: import-mode.
 */
export function checkImportMode(
  policy: TagImportPolicy | undefined,
  path: FieldPath,
): FieldError[] {
  const mode = policy?.importMode ?? '';
  if (mode === '' || mode === 'Legacy' || mode === 'PreserveOriginal') return [];
  const detail = "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'";
  return [report('import-mode', invalid(path.child('importPolicy', 'importMode'), mode, detail))];
}
