/** Annotations of this API and the kinds they mean something on; `tag` is an entry of spec.tags. */
export const KNOWN_ANNOTATIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ['openshift.io/image.insecureRepository', ['ImageStream', 'ImageStreamTag', 'ImageTag']],
  ['openshift.io/image.dockerRepositoryCheck', ['ImageStream']],
  ['openshift.io/image.managed', ['Image']],
  ['openshift.io/image.excludeSecret', ['Secret']],
  ['image.openshift.io/dockerLayersOrder', ['Image']],
  ['image.openshift.io/manifestBlobStored', ['Image']],
  ['image.openshift.io/managed-signature', ['ImageSignature']],
  [
    'image.openshift.io/triggers',
    ['Deployment', 'StatefulSet', 'DaemonSet', 'CronJob', 'BuildConfig', 'DeploymentConfig'],
  ],
  ['importer.image.openshift.io/prefer-arch', ['tag']],
  ['importer.image.openshift.io/prefer-os', ['tag']],
]);

/** Whether a key is in one of the name spaces this API owns, so that an unknown one is a slip. */
export function isOwnAnnotation(key: string): boolean {
  return /^openshift\.io\/image\./.test(key) || /^(?:importer\.)?image\.openshift\.io\//.test(key);
}
