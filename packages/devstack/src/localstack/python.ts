import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** LocalStack's SQS code uses syntax of this version, though its package installs on less. */
const OLDEST: readonly [number, number] = [3, 12];
const CHECK = 'import sys, venv, ensurepip; print(*sys.version_info[:2])';

/**
 * The newest suited Python of this machine, also among pyenv's versions.
 *
 * @throws Error that says what to install.
 */
export function findPython(): string {
  const named = ['python3.13', 'python3.12', 'python3', 'python'];
  for (const command of [...named, ...pyenvPythons()]) {
    const version = versionOf(command);
    if (version && (version[0] > OLDEST[0] || (version[0] === OLDEST[0] && version[1] >= OLDEST[1]))) return command;
  }
  throw new Error(
    'LocalStack without Docker needs Python 3.12 or later with its venv module, and none was found.\n' +
      'Install one (Debian and Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13), or start a Docker engine.',
  );
}

function versionOf(command: string): [number, number] | null {
  const { status, stdout } = spawnSync(command, ['-c', CHECK], { encoding: 'utf8', timeout: 10_000 });
  const [major, minor] = (stdout ?? '').trim().split(' ').map(Number);
  return status === 0 && major && minor !== undefined ? [major, minor] : null;
}

/** pyenv answers for a version only where it is selected; its folder has them all. */
function pyenvPythons(): string[] {
  const versions = join(homedir(), '.pyenv', 'versions');
  try {
    return readdirSync(versions)
      .filter((name) => /^3\.1[2-9]\./.test(name))
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .map((name) => join(versions, name, 'bin', 'python'));
  } catch {
    return [];
  }
}
