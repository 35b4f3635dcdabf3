export { fakeCluster, type FakeCluster, type FakeRequest } from './fake-cluster.js';
export type { Fault, RequestType } from './faults.js';
