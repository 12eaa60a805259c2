#!/usr/bin/env node
// The plain JavaScript door to `clawgate`. It runs on any Node that npm runs on (18 or newer), and hands the command to
// the Node the gateway is written for: the running one if it is new enough, else the `node` dependency's binary, passing
// arguments, terminal, signals and exit status through. What the commands do lives in cli.ts.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCompiled } from '../runtime/compiled.mjs';

const oldestNode = 24;
const forwardedSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'];
const parentCheckMs = 500;
const argv = process.argv.slice(2);

if (process.env.npm_lifecycle_event === 'npx') endWithNpx();

const isNewEnough = Number.parseInt(process.versions.node, 10) >= oldestNode;
const flags = argv[0] === 'start' ? startFlags() : [];

if (isNewEnough && flags.every((flag) => process.execArgv.includes(flag))) {
  findCompiled();
  const { run } = await import('./cli.ts');
  process.exitCode = await run(argv);
} else {
  relaunch(isNewEnough ? process.execPath : bundledNode());
}

// Node's own flags for a gateway: those of `npm start`, written there alone.
function startFlags() {
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return manifest.scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

function bundledNode() {
  try {
    const manifestPath = createRequire(import.meta.url).resolve('node/package.json');
    const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
    return join(dirname(manifestPath), manifest.bin.node);
  } catch {
    giveUp(`clawgate needs Node ${oldestNode} or newer. \`npm install\` in its folder brings one along.`);
  }
}

function relaunch(node) {
  const child = spawn(node, [...flags, fileURLToPath(import.meta.url), ...argv], { stdio: 'inherit' });
  const forward = (signal) => {
    // At a terminal, Ctrl-C has already reached the child: a second one would read as impatience.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of forwardedSignals) process.on(signal, forward);
  child.on('error', (error) => {
    giveUp(`clawgate cannot start ${node} (${error.message}). \`npm install\` in its folder mends it.`);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    // Whoever started us sees the same death the child had, once our own handler is out of the way.
    for (const name of forwardedSignals) process.off(name, forward);
    process.kill(process.pid, signal);
  });
}

// npx passes SIGTERM to the shell between us, which dies of it without telling us: a new parent is the only sign, and
// a gateway that outlives the command that started it would keep its port.
function endWithNpx() {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, parentCheckMs);
  watch.unref();
}

function giveUp(reason) {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}
