import { runCli } from './cli.ts';

/** What is still open after this long (a pipe that nobody reads) does not keep the process alive. */
const LINGER_MS = 2000;

// `hotplug inspect … | head`: whoever read us has had enough.
process.stdout.on('error', () => process.exit(0));

process.exitCode = await runCli(process.argv.slice(2));
setTimeout(() => process.exit(), LINGER_MS).unref();
