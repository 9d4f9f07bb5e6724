import type { LanguageId } from '../../project/project.ts';
import { c } from './c.ts';
import { go } from './go.ts';
import { javascript } from './javascript.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';
import type { WorldTemplate } from './template.ts';
import { typescript } from './typescript.ts';

/** Who writes a new project for a world of the user's, by language; languages that have none are not offered. */
export const worldTemplates: Readonly<Partial<Record<LanguageId, WorldTemplate>>> = {
  javascript,
  typescript,
  python,
  rust,
  go,
  c,
};
