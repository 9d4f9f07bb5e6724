import { ownVersion } from '../assets.ts';
import { UserError } from '../errors.ts';
import { commands, overview } from './commands.ts';
import { ExitCode } from './command.ts';
import { errorJson, exitCodeOf, sayError } from './errors.ts';
import { createOutput } from './output.ts';

/** Runs one command line, without the program's name, and gives the exit code. Never rejects. */
export async function runCli(argv: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = argv;
  // What follows `--` is an argument, whatever it looks like.
  const options = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  const output = createOutput(options.includes('--json'));
  if (name === undefined || name === '--help' || name === 'help') {
    output.write(overview());
    return name === undefined ? ExitCode.usage : ExitCode.fine;
  }
  if (name === '--version') {
    output.write(`${ownVersion()}\n`);
    return ExitCode.fine;
  }
  try {
    const command = commands.find((one) => one.name === name);
    if (!command) throw new UserError(`"${name}" is not a command of Hotplug`, 'See `hotplug --help`.');
    if (options.includes('--help')) {
      output.write(command.help);
      return ExitCode.fine;
    }
    return await command.run(rest, output);
  } catch (error) {
    const errors = createOutput(true);
    sayError(error, errors);
    output.result(errorJson(error));
    return exitCodeOf(error);
  }
}
