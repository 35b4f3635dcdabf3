import type { ImageStreamList } from '@imagestream/image-v1';

/** Where the streams of the namespace `shop` are. */
export const STREAMS = '/apis/image.openshift.io/v1/namespaces/shop/imagestreams';

/** The headers of a request with a JSON body. */
export const JSON_BODY = { 'content-type': 'application/json' };

/** A manifest of a stream in the namespace `shop`. */
export function stream(name: string): object {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name, namespace: 'shop' },
  };
}

/** The names of what a list at a URL holds. */
export async function listNames(url: string): Promise<string[]> {
  const response = await fetch(url);
  const { items } = (await response.json()) as ImageStreamList;
  return (items ?? []).map(({ metadata }) => metadata.name ?? '');
}
