// Opens a store, says so, and holds it until its standard input ends.
// Usage: node holder.mjs <directory>
import { openLmdbStore } from '../dist/index.js';

const store = await openLmdbStore({ directory: process.argv[2] });
console.log('open');
process.stdin.resume();
process.stdin.on('end', () => void store.close());
