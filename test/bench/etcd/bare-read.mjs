// Reads all objects in etcd in the pages a server reads, and nothing else: node bare-read.mjs <endpoint>
import { readObjects } from './raw-client.mjs';

/** What the store asks for at a time. */
const pageSize = 500;

console.log(await readObjects(process.argv[2], pageSize));
