import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createImageServer, type ImageServer } from '../create-image-server.js';
import { readManifests } from '../seed/read-manifests.js';
import { at } from '../testing/open-story.js';
import { call, createStreams, STREAMS } from '../testing/call.js';
import { tokenAuthentication } from './authenticate.js';
import { rbacAuthorizer } from './rbac.js';
import { parseTokenFile } from './token-file.js';

const tokens = `
# token,user,uid,groups
adm,alice,u1,"system:masters"
dev,bob,u2,"devs,qa"
`;

const roles = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: read, namespace: web }
rules:
  - { apiGroups: [image.openshift.io], resources: [imagestreams], verbs: [get, list, create] }
  - { apiGroups: [image.openshift.io], resources: [imagestreams], verbs: [delete], resourceNames: [old] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: read, namespace: web }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: read }
subjects: [{ kind: Group, name: devs }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: pull }
rules:
  - { apiGroups: [image.openshift.io], resources: [imagestreams/layers], verbs: [get] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: pull, namespace: shared }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: pull }
subjects: [{ kind: User, name: bob }]
`;

const bob = { authorization: 'Bearer dev' };
const alice = { authorization: 'Bearer adm' };

describe('access', () => {
  let server: ImageServer;
  beforeEach(async () => {
    server = await createImageServer({
      authenticate: tokenAuthentication(parseTokenFile(tokens)),
      authorizer: rbacAuthorizer(readManifests(roles, 'roles')),
    });
  });
  afterEach(() => server.close());

  // Evidence: api-authentication
  it('of an unknown token is refused with 401', async () => {
    const answer = await call(server, `GET ${STREAMS}`, { headers: { authorization: 'Bearer x' } });
    expect(answer.body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'Unauthorized',
      reason: 'Unauthorized',
      code: 401,
    });
  });

  // Evidence: api-forbidden
  it('that no role grants is refused with 403 in the words of the API server', async () => {
    const named = await call(server, `PUT ${STREAMS}/app`, { headers: bob, body: {} });
    expect([named.status, at(named.body, 'message')]).toEqual([
      403,
      'imagestreams.image.openshift.io "app" is forbidden: User "bob" cannot update resource "imagestreams" in API group "image.openshift.io" in the namespace "web"',
    ]);
    const everywhere = await call(server, 'GET /apis/image.openshift.io/v1/imagestreams', {
      headers: bob,
    });
    expect(at(everywhere.body, 'message')).toContain('at the cluster scope');
    const nobody = await call(server, 'GET /metrics');
    expect(at(nobody.body, 'message')).toBe(
      'forbidden: User "system:anonymous" cannot get path "/metrics"',
    );
  });

  // Evidence: api-authorization
  it('is granted by roles, also to single names, and to masters always', async () => {
    const created = await call(server, `POST ${STREAMS}`, {
      headers: bob,
      body: { metadata: { name: 'old' } },
    });
    expect(created.status).toBe(201);
    expect((await call(server, `DELETE ${STREAMS}/new`, { headers: bob })).status).toBe(403);
    expect((await call(server, `DELETE ${STREAMS}/old`, { headers: bob })).status).toBe(200);
    expect((await call(server, 'GET /metrics', { headers: alice })).status).toBe(200);
    expect((await call(server, 'GET /healthz')).status).toBe(200);
  });

  it('to the layers of another namespace decides whether its tags can be followed', async () => {
    await call(server, 'POST /apis/image.openshift.io/v1/namespaces/shared/imagestreams', {
      headers: alice,
      body: { metadata: { name: 'base' } },
    });
    await call(server, 'POST /apis/image.openshift.io/v1/namespaces/secret/imagestreams', {
      headers: alice,
      body: { metadata: { name: 'base' } },
    });
    const follow = (name: string, namespace: string): unknown => ({
      metadata: { name },
      spec: {
        tags: [{ name: 't', from: { kind: 'ImageStreamTag', name: 'base:latest', namespace } }],
      },
    });
    const allowed = await call(server, `POST ${STREAMS}`, {
      headers: bob,
      body: follow('a', 'shared'),
    });
    const denied = await call(server, `POST ${STREAMS}`, {
      headers: bob,
      body: follow('b', 'secret'),
    });
    expect([allowed.status, denied.status]).toEqual([201, 422]);
    expect(at(denied.body, 'message')).toContain('spec.tags[t].from: Forbidden: secret/base');
  });

  // Evidence: api-impersonation
  it('as somebody else is for those who may impersonate', async () => {
    const headers = { ...alice, 'impersonate-user': 'bob', 'impersonate-group': 'devs' };
    expect((await call(server, `GET ${STREAMS}`, { headers })).status).toBe(200);
    expect((await call(server, `DELETE ${STREAMS}/x`, { headers })).status).toBe(403);
    const refused = await call(server, `GET ${STREAMS}`, {
      headers: { ...bob, 'impersonate-user': 'alice' },
    });
    expect(at(refused.body, 'message')).toBe(
      'users "alice" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    const nobody = await call(server, `GET ${STREAMS}`, {
      headers: { ...alice, 'impersonate-group': 'g' },
    });
    expect([nobody.status, nobody.text]).toEqual([
      500,
      `Internal Server Error: "${STREAMS}": requested [{Group  g    }] without impersonating a user\n`,
    ]);
  });

  // Evidence: api-access-reviews
  it('can be asked about beforehand', async () => {
    const ask = async (verb: string): Promise<unknown> => {
      const { body } = await call(
        server,
        'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        {
          headers: bob,
          body: {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: {
              resourceAttributes: {
                verb,
                group: 'image.openshift.io',
                resource: 'imagestreams',
                namespace: 'web',
              },
            },
          },
        },
      );
      return at(body, 'status');
    };
    expect([await ask('get'), await ask('patch')]).toEqual([{ allowed: true }, { allowed: false }]);
    const self = await call(server, 'POST /apis/authentication.k8s.io/v1/selfsubjectreviews', {
      headers: bob,
      body: {},
    });
    expect(at(self.body, 'status.userInfo.groups')).toEqual(['devs', 'qa', 'system:authenticated']);
  });

  it('of everybody is that of an administrator when nothing is set up', async () => {
    const open = await createImageServer();
    await createStreams(open, ['app']);
    expect((await call(open, `DELETE ${STREAMS}/app`)).status).toBe(200);
    await open.close();
  });
});

describe('parseTokenFile', () => {
  it('reads users, ids and groups', () => {
    expect(parseTokenFile(tokens).get('dev')).toEqual({
      name: 'bob',
      uid: 'u2',
      groups: ['devs', 'qa'],
      extra: {},
    });
  });

  it('names the line that is wrong, and no token', () => {
    expect(() => parseTokenFile('secret-token')).toThrow(
      'line 1: expected token,user,uid and optionally "group,group"',
    );
    expect(() => parseTokenFile('a,b,c\na,d,e')).toThrow('line 2: the token was given before');
    expect(() => parseTokenFile('a,b,c,"d')).toThrow('line 1: a quote is not closed');
  });
});
