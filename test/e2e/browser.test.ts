import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImageClient, type ImageClient } from '@imagestream/client';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { serveTable, type ServedTable } from '@imagestream/example-browser-table/serve';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (CHROMIUM === undefined) {
  console.warn(
    'skipped: the client in a browser, because Chromium is not installed (apt-get install chromium)',
  );
}

describe.skipIf(CHROMIUM === undefined)('the client in a browser', () => {
  let browser: Browser;
  let table: ServedTable;
  let client: ImageClient;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    table = await serveTable();
    client = createImageClient({ baseUrl: table.apiUrl });
    for (const name of ['cart', 'checkout']) {
      await client.imageStreams.in('shop').create({ metadata: { name } });
    }
    browser = await chromium.launch({
      ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
      headless: true,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(table.url);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await table?.close();
  });

  const rows = (): Promise<string[]> =>
    page.locator('#rows tr').evaluateAll((lines) =>
      lines.map((line) =>
        [...line.querySelectorAll('td')]
          .slice(0, 3)
          .map((cell) => cell.textContent)
          .join('|'),
      ),
    );

  test('it lists what is there', async () => {
    await page.locator('#state.live').waitFor();
    expect(await rows()).toEqual(['shop/cart||', 'shop/checkout||']);
  });

  test('it shows a change without being asked', async () => {
    await client.imageStreamMappings.in('shop').create({
      metadata: { name: 'cart' },
      tag: 'latest',
      image: {
        apiVersion: 'image.openshift.io/v1',
        kind: 'Image',
        metadata: { name: `sha256:${'a'.repeat(64)}` },
        dockerImageReference: `registry.example.com/shop/cart@sha256:${'a'.repeat(64)}`,
      },
    });
    await page.locator('#rows .digest', { hasText: 'sha256:aaaaaaaaaaaa' }).waitFor();
    expect(await rows()).toEqual(['shop/cart|latest|sha256:aaaaaaaaaaaa', 'shop/checkout||']);
  });

  test('it recovers from broken connections and misses nothing of what happened meanwhile', async () => {
    table.breakConnections();
    // The writer's own connection broke too; reading is repeated, so it finds out here.
    await client.imageStreams.in('shop').get('cart');
    await client.imageStreams.in('shop').delete('checkout');
    await client.imageStreams.in('shop').create({ metadata: { name: 'zebra' } });
    await page.locator('#rows .stream', { hasText: 'shop/zebra' }).waitFor();
    expect(await rows()).toEqual(['shop/cart|latest|sha256:aaaaaaaaaaaa', 'shop/zebra||']);
  });

  test('it works in a worker, as functions too', async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import { connect, listObjects, watchObjects } from '@imagestream/client';
          import { imageStreams } from '@imagestream/image-v1';
          const cluster = connect({ baseUrl: ${JSON.stringify(table.apiUrl)} });
          const { items, resourceVersion } = await listObjects(cluster, imageStreams);
          postMessage(items.map((stream) => stream.metadata.name));
          for await (const event of watchObjects(cluster, imageStreams, { resourceVersion })) {
            if (event.type === 'ADDED') postMessage(event.object.metadata.name);
          }
        `,
        resolveDir: import.meta.dirname,
      },
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
    });
    await page.evaluate((code) => {
      const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      const worker = new Worker(url, { type: 'module' });
      worker.onmessage = ({ data }) => {
        document.title += ` ${JSON.stringify(data)}`;
      };
    }, outputFiles[0]?.text ?? '');
    await page.waitForFunction(() => document.title.includes('zebra'));
    await client.imageStreams.in('shop').create({ metadata: { name: 'seen-by-worker' } });
    await page.waitForFunction(() => document.title.includes('"seen-by-worker"'));
    expect(await page.title()).toBe('Image streams ["cart","zebra"] "seen-by-worker"');
  });

  test('the page has thrown nothing', () => {
    expect(problems).toEqual([]);
  });
});
