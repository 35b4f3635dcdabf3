import { type FieldError, isJsonObject } from '@imagestream/core';
import type { ReviewContext } from './context.js';
import { fields } from './gen/image-v1/field-table.js';
import { validateImage } from './gen/image-v1/Image.js';
import { validateImageList } from './gen/image-v1/ImageList.js';
import { validateImageSignature } from './gen/image-v1/ImageSignature.js';
import { validateImageStream } from './gen/image-v1/ImageStream.js';
import { validateImageStreamImage } from './gen/image-v1/ImageStreamImage.js';
import { validateImageStreamImport } from './gen/image-v1/ImageStreamImport.js';
import { validateImageStreamLayers } from './gen/image-v1/ImageStreamLayers.js';
import { validateImageStreamList } from './gen/image-v1/ImageStreamList.js';
import { validateImageStreamMapping } from './gen/image-v1/ImageStreamMapping.js';
import { validateImageStreamTag } from './gen/image-v1/ImageStreamTag.js';
import { validateImageStreamTagList } from './gen/image-v1/ImageStreamTagList.js';
import { validateImageTag } from './gen/image-v1/ImageTag.js';
import { validateImageTagList } from './gen/image-v1/ImageTagList.js';
import { validateSecretList } from './gen/image-v1/SecretList.js';
import type { SchemaValidator } from './gen/image-v1/shared.js';
import { reviewImage } from './review/image.js';
import { reviewImageSignature } from './review/image-signature.js';
import { reviewImageStream } from './review/image-stream.js';
import { reviewImageStreamImport } from './review/image-stream-import.js';
import { reviewImageStreamLayers } from './review/image-stream-layers.js';
import { reviewImageStreamMapping } from './review/image-stream-mapping.js';
import { reviewImageStreamTag } from './review/image-stream-tag.js';
import { reviewImageTag } from './review/image-tag.js';
import { checkStrict } from './runtime/strict.js';
import type { KindSchema } from './structural.js';

/** How objects of a kind are checked. */
export interface KindChecks {
  readonly schema: KindSchema;
  /** Judges an object of the right structure. */
  readonly review: (object: unknown, context: ReviewContext) => FieldError[];
}

/** Returns how objects of a kind are checked, or undefined for a kind that is not of this API. */
export function findKind(kind: string): KindChecks | undefined {
  const row = KINDS.find(([name]) => name === kind);
  if (row === undefined) return undefined;
  const [, validate, review = noRules] = row;
  const schema = {
    kind,
    validate,
    findStrictErrors: (object: unknown) => checkStrict(fields, kind, object),
  };
  return { schema, review };
}

/** Kinds that only the server makes have a structure and no rules. */
function noRules(): FieldError[] {
  return [];
}

/** Lists are no requests: their items are judged one by one, as they stand. */
function reviewItems(
  list: unknown,
  options: {
    readonly kind: string;
    readonly review: KindChecks['review'];
    readonly context: ReviewContext;
  },
): FieldError[] {
  const { kind, review } = options;
  const context: ReviewContext = { ...options.context, operation: 'object' };
  const items = isJsonObject(list) && Object.hasOwn(list, 'items') ? list['items'] : undefined;
  if (!Array.isArray(items)) return [];
  return items.flatMap((item: unknown, index) => {
    const errors = review(isJsonObject(item) ? { ...item, kind } : { kind }, context);
    return errors.map((error) => ({ ...error, field: `items[${index}].${error.field}` }));
  });
}

const KINDS: readonly (readonly [string, SchemaValidator, KindChecks['review']?])[] = [
  ['Image', validateImage, reviewImage],
  [
    'ImageList',
    validateImageList,
    (list, context) => reviewItems(list, { kind: 'Image', review: reviewImage, context }),
  ],
  ['ImageSignature', validateImageSignature, reviewImageSignature],
  ['ImageStream', validateImageStream, reviewImageStream],
  ['ImageStreamImage', validateImageStreamImage],
  ['ImageStreamImport', validateImageStreamImport, reviewImageStreamImport],
  ['ImageStreamLayers', validateImageStreamLayers, reviewImageStreamLayers],
  [
    'ImageStreamList',
    validateImageStreamList,
    (list, context) =>
      reviewItems(list, { kind: 'ImageStream', review: reviewImageStream, context }),
  ],
  ['ImageStreamMapping', validateImageStreamMapping, reviewImageStreamMapping],
  ['ImageStreamTag', validateImageStreamTag, reviewImageStreamTag],
  [
    'ImageStreamTagList',
    validateImageStreamTagList,
    (list, context) =>
      reviewItems(list, { kind: 'ImageStreamTag', review: reviewImageStreamTag, context }),
  ],
  ['ImageTag', validateImageTag, reviewImageTag],
  [
    'ImageTagList',
    validateImageTagList,
    (list, context) => reviewItems(list, { kind: 'ImageTag', review: reviewImageTag, context }),
  ],
  ['SecretList', validateSecretList],
];
