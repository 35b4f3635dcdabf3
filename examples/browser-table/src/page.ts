/** The page: a cache of all image streams, and a table that is drawn again when the cache changes. */
import { createCache, createImageClient } from '@imagestream/client';
import type { ImageStream } from '@imagestream/image-v1';
import { rowsOf, type Row } from './rows.js';

const client = createImageClient({
  // The same origin passes requests on to the API server, as the OpenShift console does.
  baseUrl: '/api/kubernetes',
  logger: {
    debug: () => undefined,
    warn: (message) => {
      say(message === 'reconnect' ? 'reconnecting …' : message, false);
    },
  },
});

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}

function say(text: string, isLive: boolean): void {
  const state = element('state');
  state.textContent = text;
  state.className = isLive ? 'live' : 'waiting';
}

function cell(text: string, className = ''): HTMLTableCellElement {
  const made = document.createElement('td');
  made.textContent = text;
  made.className = className;
  return made;
}

function historyCell({ history }: Row): HTMLTableCellElement {
  const made = cell('');
  const list = document.createElement('ol');
  for (const { image, created } of history) {
    const item = document.createElement('li');
    item.textContent = `${image} · ${created}`;
    list.append(item);
  }
  made.append(list);
  return made;
}

function draw(streams: readonly ImageStream[], changed: ReadonlySet<string>): void {
  const rows = rowsOf(streams).map((row) => {
    const line = document.createElement('tr');
    line.dataset['stream'] = row.stream;
    line.className = changed.has(row.stream) ? 'changed' : '';
    line.append(
      cell(row.stream, 'stream'),
      cell(row.tag, 'tag'),
      cell(row.image, 'digest'),
      cell(row.from, 'from'),
      historyCell(row),
    );
    return line;
  });
  element('rows').replaceChildren(...rows);
}

const cache = createCache(client.imageStreams.all);
const changed = new Set<string>();
let isDrawing = false;

function update(): void {
  draw(cache.list(), changed);
  say(`live · ${cache.size} streams · version ${cache.resourceVersion}`, true);
  changed.clear();
  isDrawing = false;
}

cache.onChange(({ object: { metadata } }) => {
  changed.add(`${metadata.namespace}/${metadata.name}`);
  // However many changes come at once, the table is drawn once.
  if (!isDrawing) requestAnimationFrame(update);
  isDrawing = true;
});

await cache.ready;
update();
