import { createHash } from 'node:crypto';
import { objectFrom, sortKeys, stringOf } from '../json.js';
import type { JsonObject } from '../json.js';

/**
 * The parameters at the root of a v2 document. Each is named after itself and a hash of its content,
 * so equal ones meet under one name and the name changes only with the content.
 */
export class SharedParameters {
  readonly #byName = new Map<string, JsonObject>();

  /** Keeps the parameter at the root and gives the reference that stands for it. */
  share(parameter: JsonObject): JsonObject {
    const content = JSON.stringify(sortKeys(parameter));
    const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8);
    const name = `${stringOf(parameter, 'name') ?? 'parameter'}-${hash}`;
    this.#byName.set(name, parameter);
    return { $ref: `#/parameters/${name}` };
  }

  /** Everything shared so far, by name. */
  get byName(): JsonObject {
    return objectFrom(this.#byName);
  }
}
