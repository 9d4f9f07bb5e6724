/** A contract as one project has it. */
import type { Artifact } from '../project/project.ts';
import type { BoundProject, Contract } from './contract.ts';
import { FileFollower } from './file-follower.ts';

/** The contract for running builds of a project; itself where it is the same for all. Throws a UserError where the project's part is wrong. */
export async function bindContract(
  contract: Contract,
  project: BoundProject,
  artifact?: Artifact,
): Promise<Contract> {
  return (await contract.forProject?.(project, artifact)) ?? contract;
}

/** The contract of a hosted plugin: taken anew for every build, because the project's WIT may have changed with it. */
export class BoundContract implements Disposable {
  readonly #unbound: Contract;
  readonly #project: BoundProject;
  readonly #changed: () => void;
  #contract: Contract;
  #artifact: Artifact | undefined;
  #follower: FileFollower | undefined;
  #followed = '';

  /** `contract` is bound already, or is the same for all; `changed` says that it would be another one by now. */
  constructor(contract: Contract, unbound: Contract, project: BoundProject, changed: () => void) {
    this.#contract = contract;
    this.#unbound = unbound;
    this.#project = project;
    this.#changed = changed;
    this.#follow();
  }

  get contract(): Contract {
    return this.#contract;
  }

  /** The contract for this build. Throws a UserError where the project's part is wrong; the one before stays. */
  async bind(artifact: Artifact): Promise<Contract> {
    if (this.#unbound.forProject === undefined) return this.#contract;
    this.#artifact = artifact;
    this.#contract = await bindContract(this.#unbound, this.#project, artifact);
    this.#follow();
    return this.#contract;
  }

  #follow(): void {
    const files = this.#contract.files ?? [];
    const followed = files.join('\n');
    if (followed === this.#followed) return;
    this.#follower?.[Symbol.dispose]();
    this.#followed = followed;
    this.#follower = files.length === 0 ? undefined : new FileFollower(files, () => void this.#look());
  }

  async #look(): Promise<void> {
    const before = this.#contract.binding?.hash;
    // Where it is wrong now, loading it says so.
    const now = await bindContract(this.#unbound, this.#project, this.#artifact).catch(() => undefined);
    if (now?.binding?.hash !== before) this.#changed();
  }

  [Symbol.dispose](): void {
    this.#follower?.[Symbol.dispose]();
  }
}
