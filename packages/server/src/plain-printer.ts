import type { Printer } from './http/printer.js';

/** Prints objects as they are. */
export const plainPrinter: Printer = {
  object: (object) => object,
  list: (list, { info }) => ({
    kind: info.listKind ?? 'List',
    apiVersion: 'image.openshift.io/v1',
    metadata: { ...list.metadata },
    items: list.items,
  }),
};
