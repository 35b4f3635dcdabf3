import { setFlagsFromString } from 'node:v8';

/**
 * Makes this process collect garbage sooner, so that a server with many objects stays small: the young generation keeps
 * the size it starts with, and the old one grows in steps of a fifth. Costs little, since what a request leaves behind is
 * small. For a process that is a server and nothing else; call it first.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=20');
}
