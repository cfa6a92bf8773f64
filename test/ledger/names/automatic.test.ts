import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAutomatic, isOfFolders, isOfList, isUsualPage } from '../../../src/ledger/names/automatic.ts';

const isOne = (path: string): boolean => {
  const bytes = new TextEncoder().encode(path);
  return isAutomatic(bytes, 0, bytes.length);
};

test('what programs ask for by themselves is told by how it begins, in letters of any size', () => {
  for (const path of ['/favicon.ico', '/.well-known/caldav', '/Autodiscover/Autodiscover.xml', '/EWS/Exchange.asmx'])
    assert.ok(isOne(path), path);
  for (const path of ['/', '/admin', '/favicon', '/autodiscovery', '/icons', '/x/logos']) assert.ok(!isOne(path), path);
});

test('a letter behind such a name makes another of it', () => {
  for (const path of ['/feed', '/feeds/posts/default', '/feed.xml', '/feed?type=rss', '/rss2.xml', '/atom/', '/poco'])
    assert.ok(isOne(path), path);
  for (const path of ['/feedback', '/feedadmin', '/rssold', '/atomic', '/pocobackup', '/sitemap.xmlold', '/icon.pngs'])
    assert.ok(!isOne(path), path);
});

test('a name of the list is told from the many that begin or end so', () => {
  const isWhole = (path: string): boolean => {
    const bytes = new TextEncoder().encode(path);
    return isOfList(bytes, 0, bytes.length);
  };
  for (const path of ['/robots.txt', '/Favicon.ico?v=2', '/feed']) assert.ok(isWhole(path), path);
  for (const path of ['/feed/admin', '/admin/favicon.ico', '/.well-known/admin']) assert.ok(!isWhole(path), path);
});

test('icons and feeds are looked for in any folder', () => {
  for (const path of [
    '/garden/feed/',
    '/tag/garden/feed',
    '/news/rss.xml',
    '/favicon.ico',
    '/img/favicon-32x32.png',
    '/static/Apple-Touch-Icon.png',
    '/mstile-150x150.png?v=2',
  ])
    assert.ok(isOne(path), path);
  for (const path of ['/favicon.ico/admin', '/x/feedback']) assert.ok(!isOne(path), path);
});

test('who lists folders asks for what desktops keep beside files, and where calendars may be', () => {
  const isListed = (path: string): boolean => {
    const bytes = new TextEncoder().encode(path);
    return isOfFolders(bytes, 0, bytes.length);
  };
  for (const path of [
    '/dav/a/._b.docx',
    '/x/.DS_Store',
    '/mach_kernel',
    '/principals/users/anna/',
    '/share/Desktop.ini',
  ])
    assert.ok(isListed(path), path);
  for (const path of ['/admin/', '/backup', '/.git/config', '/webdav']) assert.ok(!isListed(path), path);
});

test('pages that most sites have are known at the root and in the folder of a language, under any usual ending', () => {
  const isPage = (path: string): boolean => {
    const bytes = new TextEncoder().encode(path);
    return isUsualPage(bytes, 0, bytes.length);
  };
  for (const path of ['/accessibility', '/Contact.html', '/de/impressum/', '/privacy-policy.php', '/en/about-us'])
    assert.ok(isPage(path), path);
  for (const path of [
    '/',
    '/admin',
    '/about/admin',
    '/old/contact',
    '/contact.html.bak',
    '/privacy.sql.gz',
    '/accessibility-statement-of-ours',
  ])
    assert.ok(!isPage(path), path);
});
