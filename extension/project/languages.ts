import type { LanguageId } from './project.ts';

/** What everything but its toolchain needs to know of a language; light, because the editor loads it at its start. */
export interface Language {
  readonly title: string;
  /** The problem matchers in package.json that read what its builds print. */
  readonly matchers: readonly string[];
  /** Language identifiers of VS Code for its sources. */
  readonly documents: readonly string[];
}

/** Every language that a plugin can be written in. */
export const languages: Readonly<Record<LanguageId, Language>> = {
  javascript: {
    title: 'JavaScript',
    matchers: ['$hotplug-javascript', '$hotplug-typescript'],
    documents: ['javascript'],
  },
  typescript: {
    title: 'TypeScript',
    matchers: ['$hotplug-javascript', '$hotplug-typescript'],
    documents: ['typescript'],
  },
  python: { title: 'Python', matchers: ['$hotplug-python'], documents: ['python'] },
  rust: { title: 'Rust', matchers: ['$hotplug-rustc', '$hotplug-wit'], documents: ['rust'] },
  go: { title: 'Go', matchers: ['$hotplug-go', '$hotplug-go-vet', '$hotplug-wit'], documents: ['go'] },
  c: { title: 'C', matchers: ['$hotplug-clang'], documents: ['c', 'cpp'] },
};

export const languageIds = Object.keys(languages) as readonly LanguageId[];
