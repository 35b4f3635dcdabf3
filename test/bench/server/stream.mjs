/** An image stream with some tags. */
export function streamOf(n, tags) {
  return {
    metadata: { name: `app-${String(n).padStart(5, '0')}` },
    spec: {
      tags: Array.from({ length: tags }, (_, t) => ({
        name: `v${t}`,
        from: { kind: 'DockerImage', name: `registry.example.test/team/app-${n}:v${t}` },
      })),
    },
  };
}
