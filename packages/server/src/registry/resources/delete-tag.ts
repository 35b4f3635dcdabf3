import { conflictError, isStatusError, notFoundError, type KubeObject } from '@imagestream/core';
import type { ImageStream, ImageStreamTagName } from '@imagestream/image-v1';
import { hasTag } from '../../lifecycle/image-tag-view.js';
import type { RequestContext } from '../request-context.js';
import type { DeleteRequest, DeleteResult, ResourceInfo } from '../rest.js';
import { IMAGE_GROUP } from './resource-info.js';
import { successStatus } from './success-status.js';
import {
  retryTagWrite,
  updateStream,
  withoutSpecTag,
  withoutStatusTag,
  type TagParts,
} from './tag-requests.js';

/** Which tag of which resource is to be deleted. */
export interface TagDeletion {
  /** Which of the two views it is deleted through. */
  readonly info: ResourceInfo;
  readonly tag: ImageStreamTagName;
  readonly request: DeleteRequest;
  /** The tag as the view shows it, for admission. */
  readonly view: (stream: ImageStream, tag: string) => Promise<KubeObject>;
}

/**
 * Removes a tag from spec and status of its stream; the image stays. Of the preconditions only the uid counts, and it is
 * the stream's.
 *
 * Throws a StatusError: NotFound when stream or tag are missing, Conflict when the uid is another one, ServerTimeout when
 * others were faster ten times; and what the write of the stream is refused for.
 *
 * Source: istag-delete.
 */
export async function deleteTag(
  parts: TagParts,
  context: RequestContext,
  deletion: TagDeletion,
): Promise<DeleteResult> {
  const { info, tag, request } = deletion;
  const { resource } = info;
  const subject = { group: IMAGE_GROUP, resource, name: context.name };
  return retryTagWrite({ operation: 'delete', resource }, async () => {
    const stream = await parts.streams.streams.get(context, tag.name);
    const { uid } = request.preconditions;
    if (uid !== undefined && uid !== stream.metadata.uid) {
      throw conflictError(subject, 'the UID precondition was not met');
    }
    if (!hasTag(stream, tag.tag)) throw notFoundError(subject);
    if (context.admit !== undefined) {
      const oldObject = await deletion.view(stream, tag.tag);
      await context.admit({ info, operation: 'DELETE', oldObject });
    }
    const changed = withoutSpecTag(withoutStatusTag(stream, tag.tag), tag.tag);
    return async () => {
      try {
        await updateStream(parts, context, changed);
      } catch (error) {
        // Without its stream the tag is gone, which is what was asked for.
        if (!isStatusError(error, 'NotFound')) throw error;
      }
      return { deleted: true, status: successStatus() };
    };
  });
}
