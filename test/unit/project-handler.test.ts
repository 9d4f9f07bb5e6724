import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { handlerRange } from '../../extension/project/handler.ts';
import { root } from '../../scripts/paths.ts';

/** The text of a found handler, and what is between its braces. */
function handlerOf(text: string, language: string): { all: string; body: string } | undefined {
  const found = handlerRange(text, language, 'streamkit');
  if (found === undefined) return undefined;
  const lines = text.split(/\r\n|\n/);
  const cut = (from: typeof found.start, to: typeof found.start): string =>
    lines
      .slice(from.line, to.line + 1)
      .map((line, index, all) =>
        line.slice(index === 0 ? from.character : 0, index === all.length - 1 ? to.character : undefined),
      )
      .join('\n');
  return { all: cut(found.start, found.end), body: cut(found.body.start, found.body.end) };
}

const templates = {
  javascript: {
    file: 'src/plugin.js',
    first: 'process(pin, packet) {',
    has: ['const factor =', 'sendLevel(packet.val)'],
    lacks: 'updateParams',
  },
  rust: {
    file: 'src/lib.rs',
    first: 'fn process(&self, input_pin: String, packet: Packet)',
    has: ['let factor =', 'None => Ok(())'],
    lacks: 'update_params',
  },
  c: {
    file: 'src/plugin.c',
    first: 'exports_streamkit_plugin_node_method_node_instance_process(',
    has: ['float factor =', 'return ok;'],
    lacks: 'update_params',
  },
  go: {
    file: 'export_streamkit_plugin_node/plugin.go',
    first: 'func (node *NodeInstance) Process(inputPin string, packet types.Packet) outcome {',
    has: ['factor :=', 'level(frame)'],
    lacks: 'UpdateParams',
  },
} as const;

for (const [language, { file, first, has, lacks }] of Object.entries(templates)) {
  test(`the handler of the ${language} template is found, from its first word to its last brace`, async () => {
    const text = await readFile(join(root, 'templates', 'streamkit', language, file), 'utf8');
    const found = handlerOf(text, language);
    assert.ok(found);
    assert.ok(found.all.startsWith(first), found.all);
    assert.ok(found.all.endsWith('}') && !found.body.endsWith('}'), found.all);
    for (const part of has) assert.ok(found.body.includes(part), part);
    assert.ok(!found.all.includes(lacks), found.all);
  });
}

test('generated C bindings declare and call the handler, and define none', async () => {
  for (const file of ['plugin.c', 'plugin.h']) {
    const text = await readFile(join(root, 'templates', 'streamkit', 'c', 'bindings', file), 'utf8');
    assert.equal(handlerOf(text, 'c'), undefined, file);
  }
});

test('JavaScript: every way to write it, and nothing that only looks like it', () => {
  const ways = [
    'class A { process(pin, packet) { one(); } }',
    'class A { async process(pin, packet) { one(); } }',
    'const a = { process: function (pin, packet) { one(); } };',
    'const a = { process: async (pin, packet) => { one(); } };',
    'class A { process = (pin, packet) => { one(); }; }',
    'export function process(pin: string, packet: Packet): void { one(); }',
    'class A { process(pin = ")", packet = { x: [1] }) { one(); } }',
    'class A { other() { this.process(1); } process(pin, packet) { one(); } }',
    '// process(a) { two(); }\n/* process(a) { two(); } */\nconst s = "process(a) { two(); }";\nclass A { process(a) { one(); } }',
    'const text = `process(a) {\n two(); }`;\nclass A {\r\n  process(a) {\r\n    one();\r\n  }\r\n}',
  ];
  for (const way of ways) assert.match(handlerOf(way, 'javascript')?.body ?? '', /^\s*one\(\);\s*$/, way);
  const others = [
    'process(pin);',
    'node.process(pin, packet); if (x) { two(); }',
    'if (process(pin)) { two(); }',
    'class A { preprocess(a) { two(); } process2(a) { two(); } }',
    'interface Node { process(pin: string, packet: Packet): void; }\nconst x = { y: 1 };',
    '// process(a) { two(); }',
    '',
  ];
  for (const other of others) assert.equal(handlerOf(other, 'javascript'), undefined, other);
});

test('Rust: the method of the resource comes before others of the same name', () => {
  const text = `
trait Stage { fn process(&self, x: u8); }
impl Stage for Mixer { fn process(&self, x: u8) { two(); } }
impl<'a> exports::streamkit::plugin::node::GuestNodeInstance for Gain {
    fn process(&self, pin: String, packet: Packet) -> Result<(), String> where Self: Sized {
        let brace = '}'; let text = "}"; let raw = r#"}"}"#; // }
        one()
    }
}`;
  assert.match(handlerOf(text, 'rust')?.body ?? '', /raw = [^]*one\(\)\n\s*$/);
  // With a trait of an SDK it is the first one with a body.
  assert.match(
    handlerOf('trait T { fn process(&self); }\nimpl T for A { fn process(&self) { one(); } }', 'rust')
      ?.body ?? '',
    /^ one\(\); $/,
  );
  assert.equal(handlerOf('fn preprocess(a: u8) {}\nfn process_all() {}', 'rust'), undefined);
});

test('C: a declaration and a call are no definition', () => {
  const name = 'exports_streamkit_plugin_node_method_node_instance_process';
  assert.equal(handlerOf(`bool ${name}(int a);\nint main(void) { return ${name}(1); }`, 'c'), undefined);
  assert.equal(
    handlerOf(`bool ${name}(int a);\nbool\n${name}(int a)\n{ char c = '}'; return 1; }`, 'c')?.body,
    " char c = '}'; return 1; ",
  );
});

test('Go: a method of the resource, however it is written, and nothing that only looks like it', () => {
  const ways = [
    'func (n *NodeInstance) Process(a, b int) { one() }',
    'func (*NodeInstance) Process(a map[string]func(int) int) wit.Result[wit.Unit, string] { one() }',
    'func(n * NodeInstance)Process(\n\ta int,\n\tb string,\n) (\n\tint,\n\terror,\n) { one() }',
    'var text = `func (n *NodeInstance) Process() { two() }`\nfunc (n *NodeInstance) Process() { one() }',
    "func (n *NodeInstance) Process() {one()}\nvar r = '}'",
    'func (n *Other) Process() { two() }\nfunc (n *NodeInstance) Process() { one() }',
  ];
  for (const way of ways) assert.match(handlerOf(way, 'go')?.body ?? '', /^\s*one\(\)\s*$/, way);
  const others = [
    'func (n *NodeInstance) Process(a int)\nfunc other() { two() }',
    'func (n *NodeInstance) Processed() { two() }',
    '// func (n *NodeInstance) Process() { two() }',
    'type T interface { Process(a int) }',
    'func main() { n.Process(1) }',
  ];
  for (const other of others) assert.equal(handlerOf(other, 'go'), undefined, other);
});

test('the handler of the python template is found, from its first word to the end of its last line', async () => {
  const text = await readFile(join(root, 'templates', 'streamkit', 'python', 'src', 'node.py'), 'utf8');
  const found = handlerOf(text, 'python');
  assert.ok(found);
  assert.ok(found.all.startsWith('def process(self, input_pin: str, packet: Packet) -> None:\n'), found.all);
  assert.ok(found.all.endsWith('host.send_output("telemetry", level(frame))'), found.all);
  assert.ok(found.body.includes('factor ='), found.body);
});

test('Python: every way to write it, and nothing that only looks like it', () => {
  const inClass = (lines: string): string =>
    `class Other:\n    def process(self):\n        two()\n\nclass NodeInstance(Base):\n${lines}\n\n    def after(self):\n        two()\n`;
  const ways = [
    '    def process(self, pin, packet):\n        one()',
    '    async def process(\n        self,\n        pin: str = ")",  # ):\n        packet: dict[str, int] = {"x": 1},\n    ) -> "None":\n        one()',
    '    @decorated(lambda: two())\n    def process(self, pin, packet) -> tuple[int,\n  str]:\n        one()',
    '    # def process(self): two()\n    text = """\n    def process(self):\n        two()\n"""\n    def process(self): one()',
  ];
  for (const way of ways) assert.match(handlerOf(inClass(way), 'python')?.body ?? '', /^\s*one\(\)\s*$/, way);
  const long = `    def process(self):
        one(
    "not indented",
  )

        # a comment

        text = """
no end
"""
        if one:
            one()`;
  const { body = '' } = handlerOf(inClass(long), 'python') ?? {};
  assert.ok(body.endsWith('            one()') && body.includes('no end'), body);
  const tabs =
    'class NodeInstance:\r\n\tdef process(self):\r\n\t\tone()\r\n\r\n\tdef after(self):\r\n\t\ttwo()\r\n';
  assert.match(handlerOf(tabs, 'python')?.body ?? '', /^\s*one\(\)\s*$/);
  // A function of that name anywhere is better than none.
  assert.equal(handlerOf('def process(a):\n  one()\nx = 1', 'python')?.body, '\n  one()');
  const others = [
    'process(a)',
    'def preprocess(a):\n  two()',
    'x = "def process(a): two()"',
    'def process',
    '',
  ];
  for (const other of others) assert.equal(handlerOf(other, 'python'), undefined, other);
  assert.equal(handlerOf('def process(self', 'python'), undefined);
  assert.equal(handlerOf('def process(self):\n  one(', 'python')?.body, '\n  one(');
});

test('a definition that is not finished ends with the text', () => {
  assert.equal(handlerOf('class A { process(pin) { one();', 'javascript')?.body, ' one();');
  assert.equal(handlerOf('class A { process(pin', 'javascript'), undefined);
});

test('a contract or a language that is not known has no handler', () => {
  assert.equal(handlerRange('process(a) {}', 'javascript', 'other'), undefined);
  assert.equal(handlerRange('process(a) {}', 'cobol', 'streamkit'), undefined);
});
