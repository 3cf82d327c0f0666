// The real program, run as a person would: on a data folder of its own and free ports, stopped at the end.

import { spawn, execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const READY_MS = 60_000;

export const program = process.env.PROVOST_PROGRAM;
if (!program || !existsSync(program)) throw new Error('PROVOST_PROGRAM names the program to test; ./test browser builds it');

/** Settings of the person who runs the tests stay out of them. */
function environment(folder) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('PROVOST_') && !name.startsWith('XDG_'));
  return { ...Object.fromEntries(kept), HOME: folder, NO_COLOR: '1' };
}

export class Site {
  /** Starts `provost up` and waits until it printed the sign-in link. */
  static async up() {
    const site = new Site();
    site.folder = mkdtempSync(join(tmpdir(), 'provost-browser-'));
    site.data = join(site.folder, 'data');
    site.text = '';
    site.started = [];
    const child = site.start(program, ['up', '--data', site.data, '--listen', '127.0.0.1:0']);
    const collect = (chunk) => (site.text += chunk);
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    try {
      site.welcome = await eventually(() => /https:\/\/\S+\/welcome\/\S+/.exec(site.text)?.[0], () => {
        if (child.exitCode !== null) throw new Error(`provost up ended with ${child.exitCode}:\n${site.text}`);
        return `no sign-in link was printed:\n${site.text}`;
      });
      site.origin = new URL(site.welcome).origin;
      await eventually(() => site.text.includes('next:'), () => `provost up did not finish its report:\n${site.text}`);
    } catch (error) {
      await site.stop();
      throw error;
    }
    return site;
  }

  start(file, args) {
    const child = spawn(file, args, { env: environment(this.folder), stdio: ['pipe', 'pipe', 'pipe'] });
    this.started.push(child);
    return child;
  }

  /** Runs a command against this site and returns what it prints as JSON. */
  async asks(...args) {
    const { stdout } = await run(program, [...args, '-o', 'json', '--data', this.data], { env: environment(this.folder) });
    return JSON.parse(stdout);
  }

  /** A file with a password, as only its owner may read it. */
  passwordFile() {
    const path = join(this.folder, 'password');
    writeFileSync(path, 'Gr\u00fc\u00dfe % 1', { mode: 0o600 });
    return path;
  }

  /** A further client of this site that nobody approved yet. */
  async unapprovedClient() {
    const name = join(this.folder, 'provost-client');
    if (!existsSync(name)) symlinkSync(program, name);
    const { mp_url } = await this.asks('site', 'show');
    const args = ['run', '--data', join(this.folder, 'second-client'), '--management-point', new URL(mp_url).host, '--site', 'LAB'];
    const child = this.start(name, [...args, '--trust', join(this.data, 'keys', 'site-ca.pem')]);
    let printed = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => (printed += chunk));
    const waiting = async () => (await this.asks('client', 'list')).items.find((client) => client.approval === 'registered');
    return eventually(waiting, () => `the second client did not register:\n${printed}`);
  }

  async stop() {
    for (const child of this.started.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks until there is an answer. */
export async function eventually(ask, otherwise, limit = READY_MS) {
  const until = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    const why = otherwise();
    if (Date.now() > until) throw new Error(why);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
