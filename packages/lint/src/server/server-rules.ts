// Made from spec/rules.yaml by packages/lint/scripts/rules.mjs. Do not edit. One table, so one file.

/** A rule of the validators: its id, what it demands, and a message it gives. */
export interface ServerRule {
  readonly id: string;
  readonly group: string;
  readonly sentence: string;
  readonly message: string;
}

/** The rules of the validators that an object in a file can break. */
export const SERVER_RULES: readonly ServerRule[] = [
  {
    id: 'structure-type',
    group: 'structure',
    sentence:
      'Every member has the JSON type of its schema; null stands for absent. The server cannot decode anything else and answers 400.',
    message: 'spec.tags: Invalid value: "v1": must be a list',
  },
  {
    id: 'structure-format',
    group: 'structure',
    sentence:
      'Times are RFC 3339 and bytes are base64. The server cannot decode anything else and answers 400.',
    message: 'content: Invalid value: "%%%": must be base64',
  },
  {
    id: 'structure-kind',
    group: 'structure',
    sentence: 'An object names a kind of this API.',
    message: 'kind: Invalid value: "Pod": must be a kind of image.openshift.io/v1',
  },
  {
    id: 'structure-api-version',
    group: 'structure',
    sentence: 'An object that names an apiVersion names `image.openshift.io/v1`.',
    message:
      'apiVersion: Invalid value: "v1": the API version in the data (v1) does not match the expected API version (image.openshift.io/v1)',
  },
  {
    id: 'structure-unknown-field',
    group: 'structure',
    sentence:
      'In strict mode an object has only members that its schema names; the server ignores others.',
    message: 'spec.tag: Forbidden: unknown field',
  },
  {
    id: 'structure-duplicate',
    group: 'structure',
    sentence:
      'In strict mode no two entries of a keyed list have the same key, and no member of a set stands there twice.',
    message: 'metadata.ownerReferences[1]: Duplicate value: "1"',
  },
  {
    id: 'meta-name-required',
    group: 'metadata',
    sentence: 'An object has a name, or a prefix to generate one from.',
    message: 'metadata.name: Required value: name or generateName is required',
  },
  {
    id: 'meta-name',
    group: 'metadata',
    sentence: 'The name satisfies the rule of its kind, see `name-path-segment` and `name-stream`.',
    message: 'metadata.name: Invalid value: "App": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
  },
  {
    id: 'meta-generate-name',
    group: 'metadata',
    sentence:
      'A prefix satisfies the same rule as it stands, so for image streams it may not end in a dash.',
    message:
      'metadata.generateName: Invalid value: "app-": must match "[a-z0-9]+(?:[._-][a-z0-9]+)*"',
  },
  {
    id: 'meta-namespace',
    group: 'metadata',
    sentence: 'A namespace is a DNS label of at most 63 characters.',
    message:
      "metadata.namespace: Invalid value: \"Web\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
  },
  {
    id: 'meta-namespace-forbidden',
    group: 'metadata',
    sentence:
      'An object of a cluster-scoped kind has no namespace. Requests for such objects lose theirs; only an image inside a mapping can show it.',
    message: 'image.metadata.namespace: Forbidden: not allowed on this type',
  },
  {
    id: 'meta-generation',
    group: 'metadata',
    sentence: 'A generation is not negative.',
    message: 'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
  },
  {
    id: 'meta-labels',
    group: 'metadata',
    sentence:
      'Label keys are qualified names; values have at most 63 characters, alphanumeric at both ends, `-`, `_` and `.` inside.',
    message:
      "metadata.labels: Invalid value: \"bad key\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  },
  {
    id: 'meta-annotations',
    group: 'metadata',
    sentence: 'Annotation keys are qualified names, in any case.',
    message:
      "metadata.annotations: Invalid value: \"bad key\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  },
  {
    id: 'meta-annotations-size',
    group: 'metadata',
    sentence: 'All annotation keys and values together have at most 262144 bytes.',
    message: 'metadata.annotations: Too long: may not be more than 262144 bytes',
  },
  {
    id: 'meta-owner',
    group: 'metadata',
    sentence: 'An owner reference has a version, a kind, a name and a uid.',
    message: 'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
  },
  {
    id: 'meta-owner-controller',
    group: 'metadata',
    sentence: 'At most one owner is the controller.',
    message:
      'metadata.ownerReferences: Invalid value: [{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"1","controller":true},{"apiVersion":"v1","kind":"ConfigMap","name":"b","uid":"2","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for ConfigMap/a and ConfigMap/b',
  },
  {
    id: 'meta-owner-event',
    group: 'metadata',
    sentence: 'An event owns nothing.',
    message:
      'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"a","uid":"1"}: /v1, Kind=Event is disallowed from being an owner',
  },
  {
    id: 'meta-finalizers',
    group: 'metadata',
    sentence: 'A finalizer is a qualified name.',
    message:
      "metadata.finalizers: Invalid value: \"bad name/x\": prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  },
  {
    id: 'meta-finalizers-conflict',
    group: 'metadata',
    sentence: 'The finalizers `orphan` and `foregroundDeletion` exclude each other.',
    message:
      'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
  },
  {
    id: 'meta-finalizer-form',
    group: 'metadata',
    sentence:
      "A finalizer without a domain is one of Kubernetes' own: `kubernetes`, `orphan`, `foregroundDeletion`. On updates this is asked once less often than the rest.",
    message:
      'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  },
  {
    id: 'reference-grammar',
    group: 'references',
    sentence:
      'An image reference is an optional host and lower-case path components, an optional tag of 1 to 128 characters, and an optional digest of at least 32 hex digits. Nothing may stand around it.',
    message:
      'spec.tags[latest].from.name: Invalid value: "https://quay.io/app": invalid reference format',
  },
  {
    id: 'reference-lowercase',
    group: 'references',
    sentence:
      'A text that would be a reference in lower case is refused with a message of its own. Upper case is allowed in the host position and in tags.',
    message:
      'spec.tags[latest].from.name: Invalid value: "quay.io/Acme/app": repository name must be lowercase',
  },
  {
    id: 'reference-empty',
    group: 'references',
    sentence: 'The empty text is no reference.',
    message:
      'status.tags[latest].items[0].dockerImageReference: Invalid value: "": repository name must have at least one component',
  },
  {
    id: 'reference-name-length',
    group: 'references',
    sentence: 'Host and path together have at most 255 characters.',
    message:
      'spec.tags[latest].from.name: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": repository name must not be more than 255 characters',
  },
  {
    id: 'reference-digest',
    group: 'references',
    sentence:
      'The digest in a reference has a registered algorithm and its length; hex digits may be in either case.',
    message:
      'spec.tags[latest].from.name: Invalid value: "app@md5:00000000000000000000000000000000": unsupported digest algorithm',
  },
  {
    id: 'tag-from-name-required',
    group: 'tags',
    sentence: 'A tag that says where it comes from names it.',
    message: 'spec.tags[latest].from.name: Required value',
  },
  {
    id: 'tag-from-kind',
    group: 'tags',
    sentence:
      'A tag comes from a `DockerImage`, an `ImageStreamTag` or an `ImageStreamImage`, spelled like that.',
    message:
      "tag.from.kind: Required value: valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'",
  },
  {
    id: 'tag-scheduled',
    group: 'tags',
    sentence: 'Only a tag that comes from a `DockerImage` may be scheduled.',
    message:
      'spec.tags[latest].importPolicy.scheduled: Invalid value: true: only tags pointing to Docker repositories may be scheduled for background import',
  },
  {
    id: 'tag-reference-policy',
    group: 'tags',
    sentence: 'The reference policy of a tag is `Source` or `Local`.',
    message:
      'spec.tags[latest].referencePolicy.type: Invalid value: "local": valid values are "Source", "Local"',
  },
  {
    id: 'import-mode',
    group: 'tags',
    sentence: 'The import mode is `Legacy` or `PreserveOriginal`, or empty.',
    message:
      "spec.tags[latest].importPolicy.importMode: Invalid value: \"legacy\": invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'",
  },
  {
    id: 'tag-registry-allowed',
    group: 'tags',
    sentence: 'The registry a tag comes from is allowed.',
    message:
      'spec.tags[latest].from.name: Forbidden: registry "docker.io:443" not allowed by whitelist: "image-registry.openshift-image-registry.svc:5000", "quay.io:443"',
  },
  {
    id: 'stream-name-length',
    group: 'image-streams',
    sentence: 'Namespace, slash and name of a stream have at most 255 bytes together.',
    message:
      'metadata.name: Invalid value: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": \'namespace/name\' cannot be longer than 255 characters',
  },
  {
    id: 'stream-repository-tag',
    group: 'image-streams',
    sentence: 'The repository of a stream has no tag.',
    message:
      'spec.dockerImageRepository: Invalid value: "acme/app:1": the repository name may not contain a tag',
  },
  {
    id: 'stream-repository-id',
    group: 'image-streams',
    sentence: 'The repository of a stream has no digest.',
    message:
      'spec.dockerImageRepository: Invalid value: "acme/app@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": the repository name may not contain an ID',
  },
  {
    id: 'stream-repository-registry',
    group: 'image-streams',
    sentence: "The registry of the stream's repository is allowed.",
    message:
      'spec.dockerImageRepository: Forbidden: registry "docker.io:443" not allowed by whitelist: "image-registry.openshift-image-registry.svc:5000", "quay.io:443"',
  },
  {
    id: 'stream-follow-wrapped',
    group: 'following',
    sentence:
      'What keeps tags from being followed is reported together, as one internal error without a field.',
    message:
      '[]: Internal error: imagestreams "app" is invalid: spec.tags[v1].from.name: Invalid value: "a:b:c": must be of the form <tag>, <repo>:<tag>, <id>, or <repo>@<id>',
  },
  {
    id: 'image-reference-required',
    group: 'images',
    sentence: 'An image has a pull spec.',
    message: 'dockerImageReference: Required value',
  },
  {
    id: 'image-manifest-digest',
    group: 'images',
    sentence:
      'The digest of a sub-manifest contains something of the shape of a digest; nothing more is asked.',
    message:
      'dockerImageManifests[0].digest: Invalid value: "sha256:abc": digest does not conform with OCI image specification',
  },
  {
    id: 'image-manifest-media-type',
    group: 'images',
    sentence:
      'The media type of a sub-manifest is a type and a subtype of at most 127 characters each.',
    message:
      'dockerImageManifests[0].mediaType: Invalid value: "manifest": media type does not conform to RFC6838',
  },
  {
    id: 'image-manifest-architecture',
    group: 'images',
    sentence: 'A sub-manifest names its architecture.',
    message: 'dockerImageManifests[0].architecture: Required value',
  },
  {
    id: 'image-manifest-os',
    group: 'images',
    sentence: 'A sub-manifest names its operating system.',
    message: 'dockerImageManifests[0].os: Required value',
  },
  {
    id: 'image-manifest-size',
    group: 'images',
    sentence:
      'The size of a sub-manifest is not negative. The path says `size`, the member is `manifestSize`.',
    message: 'dockerImageManifests[0].size: Invalid value: -1: manifest size cannot be negative',
  },
  {
    id: 'image-layers-and-manifests',
    group: 'images',
    sentence: 'An image has layers or sub-manifests, not both.',
    message:
      'dockerImageLayers: Invalid value: [{"Name":"sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","LayerSize":5,"MediaType":"m/t"}]: dockerImageLayers should not be set when dockerImageManifests is set',
  },
  {
    id: 'docker-metadata',
    group: 'images',
    sentence:
      'The metadata record of an image is in notation `1.0`, also when none is named, or `pre012`; unknown members are dropped, and a record of another notation cannot be decoded.',
    message:
      'dockerImageMetadataVersion: Invalid value: "2.0": no kind "DockerImage" is registered for version "image.openshift.io/2.0"',
  },
  {
    id: 'signature-name',
    group: 'signatures',
    sentence:
      'The name of a signature is `<image>@<signature>`, with one `@` and something on both sides.',
    message:
      'metadata.name: Invalid value: "first": name must be of format <imageName>@<signatureName>',
  },
  {
    id: 'signature-labels',
    group: 'signatures',
    sentence: 'A signature has no labels.',
    message: 'metadata.labels: Forbidden: signature labels cannot be set',
  },
  {
    id: 'signature-annotations',
    group: 'signatures',
    sentence: 'A signature has no annotations.',
    message: 'metadata.annotations: Forbidden: signature annotations cannot be set',
  },
  {
    id: 'signature-type',
    group: 'signatures',
    sentence: 'A signature names its type; which does not matter.',
    message: 'type: Required value',
  },
  {
    id: 'signature-content',
    group: 'signatures',
    sentence: 'A signature has content.',
    message: 'content: Required value',
  },
  {
    id: 'signature-conditions',
    group: 'signatures',
    sentence:
      'A signature has a `Trusted` condition exactly when it has a `ForImage` one. Of each type the latest counts, other types do not.',
    message:
      'conditions: Invalid value: [{"Type":"Trusted","Status":"True","LastProbeTime":null,"LastTransitionTime":null,"Reason":"","Message":""}]: missing "ForImage" condition type',
  },
  {
    id: 'signature-unset',
    group: 'signatures',
    sentence:
      'While nobody has said whether a signature is trusted, nothing is said about whom and what it is for.',
    message:
      'issuedBy: Invalid value: {"Organization":"acme","CommonName":""}: must be unset for unknown signature state',
  },
  {
    id: 'mapping-stream-required',
    group: 'mappings',
    sentence:
      'A mapping says by its name which stream it is for; without one the server misses all three ways there once were.',
    message: 'name: Required value',
  },
  {
    id: 'mapping-tag-required',
    group: 'mappings',
    sentence: 'A mapping names a tag; any text will do.',
    message: 'tag: Required value',
  },
  {
    id: 'import-nothing',
    group: 'imports',
    sentence: 'An import asks for at least one image or a repository.',
    message:
      'spec.images: Invalid value: null: you must specify at least one image or a repository import',
  },
  {
    id: 'import-kind',
    group: 'imports',
    sentence: 'Only a DockerImage can be imported.',
    message:
      'spec.images[0].from.kind: Invalid value: "ImageStreamTag": only DockerImage is supported',
  },
  {
    id: 'import-target',
    group: 'imports',
    sentence: 'A target tag has a name.',
    message:
      'spec.images[0].to.name: Invalid value: "": the name of the target tag must be specified',
  },
  {
    id: 'import-name-required',
    group: 'imports',
    sentence: 'An image or a repository to import has a name.',
    message: 'spec.images[0].from.name: Required value',
  },
  {
    id: 'import-repository-reference',
    group: 'imports',
    sentence: 'A repository to import has neither tag nor digest.',
    message:
      'spec.repository.from.name: Invalid value: "quay.io/acme/app:1": you must specify an image repository, not a tag or ID',
  },
  {
    id: 'import-registry',
    group: 'imports',
    sentence:
      'Users who may neither create images nor mappings import from allowed registries only.',
    message:
      'spec.images[0].from.name: Forbidden: importing images from registry "docker.io:443" is forbidden: registry "docker.io:443" not allowed by whitelist: "image-registry.openshift-image-registry.svc:5000", "quay.io:443"',
  },
  {
    id: 'stream-tag-annotations',
    group: 'stream-tags',
    sentence:
      'On create the annotations of the tag are absent or those of the metadata; an empty map is not absent.',
    message:
      'tag.annotations: Invalid value: "<map>": tag annotations must not be provided or must be equal to the object meta annotations',
  },
  {
    id: 'image-tag-spec-required',
    group: 'image-tags',
    sentence: 'An image tag is created with a spec.',
    message: 'spec: Required value: spec is a required field during creation',
  },
  {
    id: 'image-tag-name',
    group: 'image-tags',
    sentence: 'The name in the spec is the tag in the name of the object.',
    message: 'spec.name: Invalid value: "v2": must match image tag name',
  },
  {
    id: 'consistency-duplicate-tag',
    group: 'consistency',
    sentence:
      'No two tags of a stream have the same name. The server keeps the last one; strict mode asks this of every request.',
    message: 'spec.tags[1].name: Duplicate value: "v1"',
  },
  {
    id: 'consistency-tag-generation',
    group: 'consistency',
    sentence: "The generation of a tag is not ahead of the stream's.",
    message:
      "spec.tags[v1].generation: Invalid value: 3: must not be ahead of the stream's own generation 2",
  },
  {
    id: 'consistency-event-generation',
    group: 'consistency',
    sentence:
      "The generation of an event is not ahead of the stream's: status is not newer than spec.",
    message:
      "status.tags[latest].items[0].generation: Invalid value: 2: must not be ahead of the stream's own generation 1",
  },
  {
    id: 'consistency-dangling',
    group: 'consistency',
    sentence:
      'A tag that follows a tag of its own stream follows one that exists, in spec or in status.',
    message: 'spec.tags[stable].from.name: Not found: "v1"',
  },
  {
    id: 'consistency-cycle',
    group: 'consistency',
    sentence: 'No tag follows itself, directly or through others.',
    message: 'spec.tags[a].from.name: Invalid value: "b": the tag follows itself through 2 tags',
  },
  {
    id: 'consistency-image',
    group: 'consistency',
    sentence: 'The image of an event is a digest, or empty for a mere reference.',
    message: 'status.tags[latest].items[0].image: Invalid value: "sha256:abc": must be a digest',
  },
  {
    id: 'consistency-condition',
    group: 'consistency',
    sentence:
      'A failed import is not older than the newest event, which would have cleared it; a successful one has left an event.',
    message:
      'status.tags[latest].conditions[0].generation: Invalid value: 1: must not be older than the newest item, whose import cleared it, of generation 2',
  },
];
