export { nodeFetch, type NodeFetch, type NodeFetchOptions } from './node-fetch.js';
export { fromKubeconfig } from './from-kubeconfig.js';
export type { KubeconfigOptions } from './kubeconfig-file.js';
export { inCluster, type InClusterOptions } from './in-cluster.js';
export { tokenFromFile } from './token-file.js';
export { KubeconfigError } from './kubeconfig-error.js';
export type { FoundConfig } from './node-config.js';
