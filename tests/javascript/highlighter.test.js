// Scripts are coloured, and nothing of them is lost.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { highlighterWith, pieces } from "../../assets/components/highlighter/highlighter.js";

const SCRIPT = `import torch  # not "a string"
@torch.no_grad()
def size(n: int, *, step=1.5e-3) -> str:
    """Says
    def it."""
    return rf"{n}\\"" + 'a # b' if n is None else print(x.max(), .5, 0xFF_0)
class Net(nn.Module):
    type_of, format.x = True, []
`;

/** @param {string} kind @param {string} text @param {string} language */
const of = (kind, text, language = "python") =>
  pieces(text, language)
    .filter(([is]) => is === kind)
    .map(([, said]) => said);

test("kinds of words in Python", () => {
  assert.deepEqual(of("comment", SCRIPT), ['# not "a string"']);
  assert.deepEqual(of("string", SCRIPT), ['"""Says\n    def it."""', 'rf"{n}\\""', "'a # b'"]);
  assert.deepEqual(of("decorator", SCRIPT), ["@torch.no_grad"]);
  assert.deepEqual(of("function", SCRIPT), ["size"]);
  assert.deepEqual(of("class-name", SCRIPT), ["Net"]);
  assert.deepEqual(of("boolean", SCRIPT), ["None", "True"]);
  assert.deepEqual(of("keyword", SCRIPT), ["import", "def", "return", "if", "is", "else", "class"]);
  assert.deepEqual(of("builtin", SCRIPT), ["int", "str", "print", "format"]);
  assert.deepEqual(of("number", SCRIPT), ["1.5e-3", ".5", "0xFF_0"]);
});

test("kinds of words in a command", () => {
  const command = "python -m cnnviz --data 'a b' > out 3 # done";
  assert.deepEqual(of("parameter", command, "bash"), ["-m", "--data"]);
  assert.deepEqual(of("string", command, "bash"), ["'a b'"]);
  assert.deepEqual(of("comment", command, "bash"), ["# done"]);
  assert.deepEqual(of("number", command, "bash"), ["3"]);
});

test("all pieces together are the script, in every language and whatever is left open", () => {
  const module = readFileSync(new URL("../../cnnviz/arithmetic.py", import.meta.url), "utf8");
  for (const language of ["python", "bash", "another"])
    for (const text of ["", SCRIPT, module, '"""open', "'open", "f(\\", "é = 'ß'\r\n\t@"])
      assert.equal(
        pieces(text, language)
          .map(([, said]) => said)
          .join(""),
        text,
      );
  assert.deepEqual(pieces("if x", "another"), [["", "if x"]]);
});

test("a hundred thousand spaces are looked at once each", () => {
  for (const text of [" ".repeat(100_000), `${" ".repeat(100_000)}x`, "@ ".repeat(50_000)])
    assert.ok(pieces(text, "python").length <= text.length);
});

test("what stands in Streamlit's place wraps as it is told to and has a class for every kind", () => {
  /** @type {import("../../assets/components/highlighter/highlighter.js").CreateElement} */
  const createElement = (kind, properties, ...children) => ({ kind, properties, children });
  const shown = { language: "python", children: "import x", customStyle: { color: "red" }, wrapLongLines: true };
  assert.deepEqual(highlighterWith(createElement)(shown), {
    kind: "div",
    properties: { style: { color: "red" } },
    children: [
      {
        kind: "code",
        properties: { className: "language-python", style: { whiteSpace: "pre-wrap" } },
        children: [{ kind: "span", properties: { key: 0, className: "token keyword" }, children: ["import"] }, " x"],
      },
    ],
  });
});
