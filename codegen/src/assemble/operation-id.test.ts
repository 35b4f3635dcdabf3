import { expect, test } from 'vitest';
import { groupVersionTag, groupVersionWord } from './operation-id.js';

test.each([
  ['image.openshift.io', 'v1', 'ImageOpenshiftIoV1', 'imageOpenshiftIo_v1'],
  ['apps', 'v1', 'AppsV1', 'apps_v1'],
  ['networking.k8s.io', 'v1alpha1', 'NetworkingV1alpha1', 'networking_v1alpha1'],
  ['my-group.example.com', 'v2', 'MyGroupExampleComV2', 'myGroupExampleCom_v2'],
])('%s/%s is spelt %s in operationIds and %s as a tag', (group, version, word, tag) => {
  expect(groupVersionWord(group, version)).toBe(word);
  expect(groupVersionTag(group, version)).toBe(tag);
});
