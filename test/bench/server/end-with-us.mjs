// Processes that a bench starts end with it, however it ends (but for SIGKILL).
const children = new Set();

process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
// Without a handler these end the process and no handler of `exit` is called.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

/** Takes care of a process until it has ended. Returns it. */
export function endWithUs(child) {
  children.add(child);
  child.once('exit', () => children.delete(child));
  return child;
}
