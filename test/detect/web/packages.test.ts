import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packagesOf } from '../../../src/detect/web/packages.ts';

const of = (agent: string, paths: readonly string[], others = 0, served = 0.5): string =>
  packagesOf(
    new Map([[agent, paths.length], ...(others > 0 ? [['curl/8.10.1', others] as const] : [])]),
    paths,
    served,
  );

const CLIENTS: readonly (readonly [name: string, agent: string, paths: readonly string[]])[] = [
  [
    'Maven',
    'Apache-Maven/3.9.6 (Java 17.0.9; Linux 6.1.0)',
    ['/m/org/slf4j/slf4j-api/2.0.9/slf4j-api-2.0.9.pom', '/m/org/slf4j/slf4j-api/maven-metadata.xml'],
  ],
  ['npm', 'npm/10.2.4 node/v20.11.0 linux x64', ['/npm/react', '/npm/@vue%2fcore', '/npm/axios/-/axios-1.6.2.tgz']],
  ['PyPI', 'pip/23.3.2 {"ci":true}', ['/simple/requests/', '/simple/urllib3/']],
  ['APT', 'Debian APT-HTTP/1.3 (2.6.1)', ['/debian/dists/stable/InRelease', '/debian/pool/main/a/apt/apt_2.deb']],
  ['RPM', 'libdnf (Fedora Linux 39; server; Linux.x86_64)', ['/repo/repodata/repomd.xml', '/repo/a-1.0.noarch.rpm']],
  ['containers', 'docker/24.0.7 go/go1.20.10', ['/v2/', '/v2/team/app/manifests/latest']],
  ['pacman', 'pacman/6.1.0 (Linux x86_64) libalpm/14.0.0', ['/core/os/x86_64/core.db.sig', '/extra/a-1.pkg.tar.zst']],
  ['Terraform', 'Terraform/1.7.4 (+https://www.terraform.io)', ['/v1/modules/a/b/aws/versions', '/v1/providers/a/b']],
  ['Git', 'git/2.43.0', ['/team/tools/info/refs?service=git-upload-pack', '/team/tools/objects/ab/cd', '/a.git/HEAD']],
  ['Go', 'Go-http-client/1.1', ['/lib/log?go-get=1', '/lib?go-get=1']],
  ['conda', 'conda/24.9.2 requests/2.32.3', ['/main/noarch/repodata.json.zst', '/main/linux-64/current_repodata.json']],
  ['Alpine', 'apk-tools/2.14.4', ['/v3.20/main/x86_64/APKINDEX.tar.gz', '/v3.20/main/x86_64/jq-1.7.1-r0.apk']],
  ['R', 'R (4.4.1 x86_64-pc-linux-gnu)', ['/src/contrib/PACKAGES.rds', '/src/contrib/rlang_1.1.4.tar.gz']],
  ['Helm', 'Helm/3.16.1', ['/charts/index.yaml', '/charts/redis-20.1.0.tgz']],
];

for (const [name, agent, paths] of CLIENTS)
  test(`a client of ${name} says so, and asks for what its repositories have`, () => {
    assert.equal(of(agent, paths), name);
    assert.equal(of(agent, ['/admin/', '/backup.zip?x', '/.env']), '', 'guesses under its name');
    assert.equal(of('Mozilla/5.0 (X11; Linux x86_64)', paths), '', 'its paths under another name');
    assert.equal(of(agent, paths, 5), '', 'others beside it');
  });

test('names of npm lie in one place', () =>
  assert.equal(of('npm/10.2.4 node/v20', ['/npm/react', '/admin', '/backup']), ''));

test('names that could be any words are those of packages where some are there', () => {
  const npm = 'npm/10.2.4 node/v20';
  assert.equal(of(npm, ['/npm/react', '/npm/axios'], 0, 0.3), 'npm');
  assert.equal(of(npm, ['/npm/backup', '/npm/intern'], 0, 0.1), '');
  assert.equal(of(npm, ['/npm/@team%2flog', '/npm/@team%2fui'], 0, 0), 'npm');
  assert.equal(of('Go-http-client/1.1', ['/backup?go-get=1', '/intern?go-get=1'], 0, 0.1), '');
  assert.equal(of('Go-http-client/1.1', ['/example.org/log/@v/list', '/example.org/@v/list'], 0, 0), 'Go');
});
