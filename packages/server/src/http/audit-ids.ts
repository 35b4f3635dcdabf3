/** How many ids share their random part. */
const idsPerPart = 0x10000;

/**
 * Makes a source of ids for answers: UUIDs of version 4 that never repeat. Unlike uids of objects they need not be hard to
 * guess, so most of their digits stay for a while and the others count; randomness for each answer would be a good part of
 * what a read costs.
 */
export function createAuditIds(newUid: () => string): () => string {
  let part = '';
  let count = idsPerPart;
  return () => {
    if (count === idsPerPart) {
      part = newUid().slice(0, -4);
      count = 0;
    }
    const id = part + (idsPerPart + count).toString(16).slice(1);
    count += 1;
    return id;
  };
}
