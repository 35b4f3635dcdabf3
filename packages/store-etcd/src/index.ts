export { openEtcdStore, type EtcdStoreOptions } from './open-etcd-store.js';
export { defaultPrefix } from './key-layout.js';
