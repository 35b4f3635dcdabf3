import type { SchemaNode } from '../normalise/schema-node.js';

/** A named correction of the inputs. It must still be needed: one that changes nothing is an error. */
export interface Fixup {
  readonly id: string;
  /** Whose mistake it corrects, and what breaks without it. */
  readonly why: string;
  /** The corrected schema, or the same object when there is nothing to correct at this place. */
  readonly change: (node: SchemaNode, place: SchemaPlace) => SchemaNode;
}

/** Where a schema stands: its definition, and the steps that lead to it from there. */
export interface SchemaPlace {
  readonly definition: string;
  /** Property names, `[]` for items, `{}` for map values; empty for the definition itself. */
  readonly path: readonly string[];
}
