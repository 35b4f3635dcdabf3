import { isStatusError, internalServerError, type KubeObject } from '@imagestream/core';
import type { Bodies } from '../http/bodies.js';
import { encodeUtf8 } from '../http/exchange.js';
import { dropRepeatedOwners } from '../http/owner-references.js';
import type { ResourceTable } from '../http/resource-table.js';
import { describeWrite, type Admission } from '../registry/admission.js';
import type { CheckedWrite, RequestContext } from '../registry/request-context.js';
import type { Rest, UpdateRequest } from '../registry/rest.js';

/** Who has a say, and how objects it changed are read. */
export interface AdmissionParts {
  readonly admission: Admission;
  readonly bodies: Pick<Bodies, 'decode'>;
}

/**
 * A resource whose writes are asked about. Mutations happen here, before the resource sees the object; for validation the
 * resource finds `admit` in its context and calls it at the right moment.
 *
 * Source: api-admission.
 */
export function withAdmission(rest: Rest, parts: AdmissionParts): Rest {
  const gate = new Gate(rest, parts);
  const {
    create,
    update,
    delete: remove,
    deleteCollection,
  } = {
    create: rest.create?.bind(rest),
    update: rest.update?.bind(rest),
    delete: rest.delete?.bind(rest),
    deleteCollection: rest.deleteCollection?.bind(rest),
  };
  return {
    ...rest,
    ...(create === undefined
      ? {}
      : {
          create: async (context, object) =>
            create(gate.enter(context), await gate.mutateNew(context, object)),
        }),
    ...(update === undefined
      ? {}
      : {
          update: (context, name, request) =>
            update(gate.enter(context), name, gate.mutating(context, request)),
        }),
    ...(remove === undefined
      ? {}
      : { delete: (context, name, request) => remove(gate.enter(context), name, request) }),
    ...(deleteCollection === undefined
      ? {}
      : {
          deleteCollection: (context, request, query) =>
            deleteCollection(gate.enter(context), request, query),
        }),
  };
}

/** All resources of a table with {@link withAdmission}. */
export function tableWithAdmission(table: ResourceTable, parts: AdmissionParts): ResourceTable {
  return new Map([...table].map(([path, rest]) => [path, withAdmission(rest, parts)]));
}

class Gate {
  readonly #rest: Rest;
  readonly #parts: AdmissionParts;

  constructor(rest: Rest, parts: AdmissionParts) {
    this.#rest = rest;
    this.#parts = parts;
  }

  /** The request with a way to ask about the write itself. */
  enter(context: RequestContext): RequestContext {
    return { ...context, admit: (write) => this.#admit(context, write) };
  }

  mutateNew(context: RequestContext, object: KubeObject): Promise<KubeObject> {
    return this.#mutate(context, { operation: 'CREATE', object });
  }

  /** An update whose object is mutated each time it is made. */
  mutating(context: RequestContext, request: UpdateRequest): UpdateRequest {
    return {
      ...request,
      updatedObject: async (inner, old) => {
        const object = await request.updatedObject(inner, old);
        // Something without identity does not exist yet: an update that creates.
        const exists = old !== undefined && (old.metadata.uid ?? '') !== '';
        return await this.#mutate(
          context,
          exists
            ? { operation: 'UPDATE', object, oldObject: old }
            : { operation: 'CREATE', object },
        );
      },
    };
  }

  async #mutate(
    context: RequestContext,
    write: { operation: 'CREATE' | 'UPDATE'; object: KubeObject; oldObject?: KubeObject },
  ): Promise<KubeObject> {
    const { info } = this.#rest;
    const changed = await this.#parts.admission.mutate(
      describeWrite(context, info, write),
      context,
    );
    if (changed === write.object) return write.object;
    const object = this.#read(changed);
    dropRepeatedOwners(context, object.metadata);
    return object;
  }

  /** What a webhook made is read like a body, but for unknown fields, which are dropped without a word. */
  #read(changed: unknown): KubeObject {
    const { group, version, kind } = this.#rest.info;
    try {
      const { object } = this.#parts.bodies.decode({
        bytes: encodeUtf8(JSON.stringify(changed)),
        format: 'json',
        gvk: { group, version, kind },
        fieldValidation: 'Ignore',
      });
      const typed = object as unknown as KubeObject; // Decoded as the kind of the resource.
      const { managedFields } = typed.metadata;
      const normal = this.#rest.normalize?.(typed) ?? typed;
      if (managedFields !== undefined) normal.metadata.managedFields ??= managedFields;
      return normal;
    } catch (error) {
      throw isStatusError(error) ? internalServerError(error.message) : error;
    }
  }

  async #admit(context: RequestContext, { info, ...write }: CheckedWrite): Promise<void> {
    const own = this.#rest.info;
    const isOwn = info.resource === own.resource && info.subresource === own.subresource;
    // A write of the server on behalf of another resource: that one was asked about.
    if (!isOwn) return;
    const described = describeWrite(context, own, write);
    const { admission } = this.#parts;
    if (write.operation === 'DELETE') await admission.mutate(described, context);
    await admission.validate(described, context);
  }
}
