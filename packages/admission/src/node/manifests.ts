/** What installs the webhook in a cluster, as plain objects; one file since its parts must name each other. */
import { IMAGE_GROUP } from '../image-requests.js';
import type { Policy } from '../policy.js';
import type { AdmissionConfig } from './config.js';
import { coveredResources } from './covered-resources.js';

/** What the objects are called and how hard the webhook is. */
export interface ManifestOptions {
  readonly name: string;
  readonly namespace: string;
  readonly image: string;
  readonly failurePolicy: 'Fail' | 'Ignore';
  readonly timeoutSeconds: number;
  readonly replicas: number;
  /** The configuration file, put into a ConfigMap; absent = none. */
  readonly configText?: string;
}

const PORT = 8443;
const CERTIFICATES = '/etc/imagestream-admission/tls';
const CONFIGURATION = '/etc/imagestream-admission/config';

/** How long a pod may take beyond its own delays, in seconds. */
const GRACE_SECONDS = 5;

/** Every object, in the order in which they are to be applied: the webhook configurations last. */
export function makeManifests(config: AdmissionConfig, options: ManifestOptions): object[] {
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: options.namespace } },
    ...access(options),
    ...(options.configText === undefined ? [] : [configMap(options, options.configText)]),
    deployment(config, options),
    disruptionBudget(options),
    service(options),
    serviceMonitor(options),
    ...webhookConfigurations(config.policies, options),
  ];
}

function metadata(
  { name, namespace }: ManifestOptions,
  more: object = {},
): Readonly<Record<string, unknown>> {
  return { name, namespace, labels: { 'app.kubernetes.io/name': name }, ...more };
}

function selector({ name }: ManifestOptions): Readonly<Record<string, string>> {
  return { 'app.kubernetes.io/name': name };
}

/** The webhook calls nobody and needs no rights; the cluster's Prometheus needs to find its pods. */
function access(options: ManifestOptions): object[] {
  const rbac = 'rbac.authorization.k8s.io';
  const name = `${options.name}-metrics`;
  return [
    {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: metadata(options),
      automountServiceAccountToken: false,
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: metadata(options, { name }),
      rules: [
        {
          apiGroups: [''],
          resources: ['services', 'endpoints', 'pods'],
          verbs: ['get', 'list', 'watch'],
        },
      ],
    },
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: metadata(options, { name }),
      roleRef: { apiGroup: rbac, kind: 'Role', name },
      subjects: [
        { kind: 'ServiceAccount', name: 'prometheus-k8s', namespace: 'openshift-monitoring' },
      ],
    },
  ];
}

function configMap(options: ManifestOptions, text: string): object {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(options),
    data: { 'config.yaml': text },
  };
}

function deployment({ shutdown }: AdmissionConfig, options: ManifestOptions): object {
  const labels = selector(options);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(options),
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: labels },
      // A new pod is there before an old one goes: an unanswered call is a refused write.
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: options.name,
          automountServiceAccountToken: false,
          priorityClassName: 'system-cluster-critical',
          terminationGracePeriodSeconds:
            shutdown.delaySeconds + shutdown.drainSeconds + GRACE_SECONDS,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
          containers: [container(options)],
          volumes: volumes(options),
        },
      },
    },
  };
}

function container({ image, configText }: ManifestOptions): object {
  const probe = (path: string): object => ({
    httpGet: { path, port: 'https', scheme: 'HTTPS' },
    periodSeconds: 5,
    failureThreshold: path === '/readyz' ? 1 : 3,
  });
  return {
    name: 'webhook',
    image,
    args: [
      '--host=0.0.0.0',
      `--port=${PORT}`,
      `--tls-cert=${CERTIFICATES}/tls.crt`,
      `--tls-key=${CERTIFICATES}/tls.key`,
      ...(configText === undefined ? [] : [`--config=${CONFIGURATION}/config.yaml`]),
    ],
    ports: [{ name: 'https', containerPort: PORT }],
    livenessProbe: probe('/livez'),
    readinessProbe: probe('/readyz'),
    resources: { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '256Mi' } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
    },
    // The whole folders, without subPath: only so do replaced certificates reach a running pod.
    volumeMounts: [
      { name: 'tls', mountPath: CERTIFICATES, readOnly: true },
      ...(configText === undefined
        ? []
        : [{ name: 'config', mountPath: CONFIGURATION, readOnly: true }]),
    ],
  };
}

function volumes(options: ManifestOptions): object[] {
  const { name, configText } = options;
  return [
    { name: 'tls', secret: { secretName: secretName(options) } },
    ...(configText === undefined ? [] : [{ name: 'config', configMap: { name } }]),
  ];
}

function secretName({ name }: ManifestOptions): string {
  return `${name}-tls`;
}

function disruptionBudget(options: ManifestOptions): object {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(options),
    spec: {
      minAvailable: options.replicas > 1 ? 1 : 0,
      selector: { matchLabels: selector(options) },
    },
  };
}

/** OpenShift's service CA makes the certificate, and a new one in time. */
function service(options: ManifestOptions): object {
  const annotation = 'service.beta.openshift.io/serving-cert-secret-name';
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(options, { annotations: { [annotation]: secretName(options) } }),
    spec: {
      selector: selector(options),
      ports: [{ name: 'https', port: 443, targetPort: 'https' }],
    },
  };
}

function serviceMonitor(options: ManifestOptions): object {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: metadata(options),
    spec: {
      selector: { matchLabels: selector(options) },
      endpoints: [
        {
          port: 'https',
          scheme: 'https',
          path: '/metrics',
          tlsConfig: {
            caFile: '/etc/prometheus/configmaps/serving-certs-ca-bundle/service-ca.crt',
            serverName: `${options.name}.${options.namespace}.svc`,
          },
        },
      ],
    },
  };
}

/** What concerns the cluster's own images is none of the policies' business, and must work while the webhook does not. */
const MATCH_CONDITIONS = [
  {
    name: 'exclude-system-namespaces',
    expression:
      "!(request.namespace in ['openshift', 'kube-system', 'kube-public']) && !request.namespace.startsWith('openshift-')",
  },
  {
    name: 'exclude-openshift-service-accounts',
    expression:
      "!request.userInfo.username.startsWith('system:serviceaccount:openshift-') && !request.userInfo.username.startsWith('system:serviceaccount:kube-system:')",
  },
] as const;

function webhookConfigurations(policies: readonly Policy[], options: ManifestOptions): object[] {
  return (['mutating', 'validating'] as const).flatMap((type) => {
    const rules = makeRules(policies.filter((policy) => policy.type === type));
    return rules.length === 0 ? [] : [webhookConfiguration(type, rules, options)];
  });
}

function makeRules(policies: readonly Policy[]): object[] {
  const byOperations = new Map<string, string[]>();
  for (const [resource, operations] of coveredResources(policies)) {
    const key = operations.join(',');
    byOperations.set(key, [...(byOperations.get(key) ?? []), resource]);
  }
  return [...byOperations].map(([operations, resources]) => ({
    apiGroups: [IMAGE_GROUP],
    apiVersions: ['v1'],
    operations: operations.split(','),
    resources,
    scope: 'Namespaced',
  }));
}

function webhookConfiguration(
  type: Policy['type'],
  rules: readonly object[],
  options: ManifestOptions,
): object {
  const { name, namespace, failurePolicy, timeoutSeconds } = options;
  const isMutating = type === 'mutating';
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: isMutating ? 'MutatingWebhookConfiguration' : 'ValidatingWebhookConfiguration',
    metadata: {
      name,
      labels: selector(options),
      annotations: { 'service.beta.openshift.io/inject-cabundle': 'true' },
    },
    webhooks: [
      {
        name: `${isMutating ? 'mutate' : 'validate'}.${name}.${namespace}.svc`,
        admissionReviewVersions: ['v1'],
        clientConfig: {
          service: { name, namespace, port: 443, path: isMutating ? '/mutate' : '/validate' },
        },
        failurePolicy,
        // The mutations are idempotent, so they may see what later webhooks changed.
        ...(isMutating ? { reinvocationPolicy: 'IfNeeded' } : {}),
        matchPolicy: 'Equivalent',
        sideEffects: 'None',
        timeoutSeconds,
        rules,
        matchConditions: MATCH_CONDITIONS,
      },
    ],
  };
}
