import type { LanguageId } from '../project/project.ts';
import { c } from './c.ts';
import { go } from './go.ts';
import { javascript, typescript } from './javascript.ts';
import { python } from './python.ts';
import { rust } from './rust.ts';
import type { Toolchain } from './toolchain.ts';

/** Every language that Hotplug builds, in the order in which a folder is asked what it is. */
export const toolchains: Readonly<Record<LanguageId, Toolchain>> = {
  rust,
  go,
  python,
  typescript,
  javascript,
  c,
};
