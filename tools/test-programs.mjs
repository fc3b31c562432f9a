// Installs the programs that some tests run besides Node.js, if they are missing. A test without its program is skipped.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** Names of each program, any of which will do, and Debian's package of it. */
const PROGRAMS = [
  [['chromium', 'chromium-browser', 'google-chrome'], 'chromium'],
  [['systemd-analyze'], 'systemd'],
  [['openssl'], 'openssl'],
  [['curl'], 'curl'],
  [['zsh'], 'zsh'],
  [['fish'], 'fish'],
  [['promtool'], 'prometheus'],
  [['espeak-ng'], 'espeak-ng'],
  [['pocketsphinx_continuous', 'pocketsphinx'], 'pocketsphinx'],
];

function isInstalled(program) {
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Returns the packages of the programs that this machine lacks. */
export function missingPackages() {
  return PROGRAMS.filter(([names, name]) => {
    if (name === 'chromium' && (process.env.CHROMIUM ?? '') !== '') return false;
    return !names.some((program) => isInstalled(program));
  }).map(([, name]) => name);
}

/** Installs Debian packages. Returns true if it succeeds; only root can do it, and only where there is apt-get. */
export function install(packages) {
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) return false;
  const apt = (...args) => {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    return spawnSync('apt-get', ['-qq', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  };
  return apt('update') && apt('install', '--yes', '--no-install-recommends', ...packages);
}
