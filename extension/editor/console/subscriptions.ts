import type { Project } from '../../project/project.ts';
import { writeField } from '../projectFile.ts';

/** Writes the patterns into the project's hotplug.json. Throws a UserError where the file cannot be changed. */
export async function writeSubscriptions(project: Project, patterns: readonly string[]): Promise<void> {
  await writeField(
    project,
    'subscriptions',
    `[${patterns.map((pattern) => JSON.stringify(pattern)).join(', ')}]`,
  );
}
