import { relative, resolve } from 'node:path';
import { languageIds } from '../project/languages.ts';
import { scaffold } from '../scaffold/scaffold.ts';
import { command, ExitCode } from './command.ts';

export const newCommand = command({
  name: 'new',
  summary: 'Makes a new plugin project from a template.',
  arguments: [
    {
      name: 'contract',
      description:
        'The host that it is for: streamkit, holomush, chipmunk-parser, chipmunk-bytesource, or custom for a WIT of your own.',
      required: true,
    },
    {
      name: 'language',
      description: `The language that it is written in: ${languageIds.join(', ')}.`,
      required: true,
    },
    {
      name: 'name',
      description: 'Name of the plugin and of its folder, for example my-gain.',
      required: true,
    },
  ],
  flags: {},
  values: {
    in: { value: 'FOLDER', description: 'Where to make the folder; the current one where absent.' },
    wit: {
      value: 'FOLDER',
      description: 'For the contract custom: the folder of the WIT, which is copied into the project.',
    },
    world: {
      value: 'NAME',
      description: 'The world of that WIT; the only one that exports something where absent.',
    },
  },
  async run(args, output) {
    const [contract = '', language = '', name = ''] = [args.at(0), args.at(1), args.at(2)];
    const [wit, world] = [args.text('wit'), args.text('world')];
    const made = await scaffold({
      contract,
      language,
      name,
      parent: resolve(args.text('in') ?? '.'),
      ...(wit === undefined ? {} : { wit }),
      ...(world === undefined ? {} : { world }),
    });
    const way = relative('.', made.folder);
    output.say(`Made ${made.folder} with ${made.files.length} files.`);
    output.say(`Next: hotplug dev ${way === '' ? '.' : way}`);
    output.result({ ok: true, ...made });
    return ExitCode.fine;
  },
});
