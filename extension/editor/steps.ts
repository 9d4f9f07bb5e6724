import * as vscode from 'vscode';

/** What one step of a wizard ended with. */
export type Step<T> = { readonly value: T } | 'back' | 'cancelled';

export interface StepPlace {
  readonly title: string;
  /** Counted from 1. */
  readonly step: number;
  readonly steps: number;
}

export interface PickItem<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** A step that chooses from a list. The items may come later; the box shows that it is busy until then. */
export async function pickStep<T>(
  place: StepPlace,
  placeholder: string,
  items: readonly PickItem<T>[] | Promise<readonly PickItem<T>[]>,
  chosen?: T,
): Promise<Step<T>> {
  const box = vscode.window.createQuickPick<PickItem<T>>();
  box.placeholder = placeholder;
  box.matchOnDescription = true;
  const fill = (list: readonly PickItem<T>[]): void => {
    box.items = list;
    const active = list.filter((item) => item.value === chosen);
    if (active.length > 0) box.activeItems = active;
  };
  if (items instanceof Promise) {
    box.busy = true;
    void items.then((list) => {
      fill(list);
      box.busy = false;
    });
  } else fill(items);
  return run<T>(box, place, (accept) => {
    const [item] = box.selectedItems;
    if (item !== undefined) accept(item.value);
  });
}

export interface InputStep {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  /** Gives what is wrong with the text, or undefined. */
  readonly validate: (text: string) => Promise<string | undefined> | string | undefined;
}

/** A step that asks for a text and checks it as it is typed. */
export async function inputStep(place: StepPlace, options: InputStep): Promise<Step<string>> {
  const box = vscode.window.createInputBox();
  box.prompt = options.prompt;
  box.placeholder = options.placeholder ?? '';
  box.value = options.value ?? '';
  let latest = 0;
  const check = async (text: string): Promise<string | undefined> => {
    const mine = ++latest;
    const problem = await options.validate(text);
    if (mine === latest) box.validationMessage = problem;
    return problem;
  };
  // An empty box is not wrong yet; it is only when it is accepted.
  const listener = box.onDidChangeValue((text) => void check(text));
  const result = await run<string>(box, place, (accept) => {
    const text = box.value;
    void check(text).then((problem) => {
      if (problem === undefined) accept(text);
    });
  });
  listener.dispose();
  return result;
}

interface Box extends vscode.QuickInput {
  buttons: readonly vscode.QuickInputButton[];
  readonly onDidAccept: vscode.Event<void>;
  readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton>;
}

function run<T>(
  box: Box,
  place: StepPlace,
  onAccept: (accept: (value: T) => void) => void,
): Promise<Step<T>> {
  box.title = place.title;
  box.step = place.step;
  box.totalSteps = place.steps;
  box.ignoreFocusOut = true;
  box.buttons = place.step > 1 ? [vscode.QuickInputButtons.Back] : [];
  return new Promise((resolve) => {
    let result: Step<T> = 'cancelled';
    const finish = (value: Step<T>): void => {
      result = value;
      box.hide();
    };
    box.onDidAccept(() => onAccept((value) => finish({ value })));
    box.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) finish('back');
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(result);
    });
    box.show();
  });
}

/** One step of a wizard over its answers so far; gives the answers with its own. */
export type WizardStep<A> = (answers: A, place: StepPlace) => Promise<Step<A>>;

/**
 * Runs steps one after the other; "back" goes to the step before. Which steps there are may depend on the
 * answers to those before them. Undefined where the user left.
 */
export async function wizard<A>(
  title: string,
  first: A,
  stepsFor: (answers: A) => readonly WizardStep<A>[],
): Promise<A | undefined> {
  const answers: A[] = [first];
  for (let index = 0; ;) {
    const before = answers[index];
    if (before === undefined) return undefined;
    const steps = stepsFor(before);
    const step = steps[index];
    if (step === undefined) return before;
    const result = await step(before, { title, step: index + 1, steps: steps.length });
    if (result === 'cancelled') return undefined;
    if (result === 'back') index = Math.max(0, index - 1);
    else answers[++index] = result.value;
  }
}
