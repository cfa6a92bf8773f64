import { RequestTrait } from '../../record/request.ts';
import { denied, dialectOf, missed } from '../saying.ts';

/*
 * Programs with a page to log in, by what they say of a login that failed, behind a stamp and whatever name:
 *
 *   Proxmox VE     "authentication failure; rhost=" address " user=" user "@" realm " msg=" why      pvedaemon, pveproxy
 *   Webmin         "Invalid login as " user " from " address; "Non-existent login as …"              miniserv.pl
 *   Synology DSM   "User [" user "] from [" address "] failed to log in via [" service "] …"
 *   Gitea          "Failed authentication attempt for " user " from " address ":" port ": " why
 *   Guacamole      "Authentication attempt from " address " for user " DQUOTE user DQUOTE " failed."
 */
const { proven } = RequestTrait;

export const webApps = dialectOf({
  name: 'web-apps',
  about: 'Failed logins of Proxmox, Webmin, Synology, Gitea, Guacamole.',
  sample: 'Nov 21 23:28:03 nas webmin[501]: Invalid login as admin from 192.0.2.7',
  programs: ['pve*', 'webmin*', 'usermin*', 'SYSTEM', 'nas*', 'gitea*', 'forgejo*', 'guac*', 'tomcat*'],
  port: 0,
  traits: proven,
  says: [
    missed('authentication failure; rhost={source} user={name} msg=no such user{…}'),
    denied('authentication failure; rhost={source} user={name} msg={…}'),
    missed('Non-existent login as {name} from {source}'),
    denied('Invalid login as {name} from {source}'),
    denied('User [{name}] from [{source}] failed to log in via [{…}'),
    missed('{…}Failed authentication attempt for {name} from {source}:{port}: user does not exist{…}'),
    denied('{…}Failed authentication attempt for {name} from {source}:{port}: {…}'),
    denied('{…}Authentication attempt from {source} for user "{name}" failed.'),
  ],
});
