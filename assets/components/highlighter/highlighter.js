// Colours the scripts of the pages: the two languages they are written in, in a kilobyte. Streamlit's own highlighter knows
// three hundred, and a browser is busy with it for longer than with all else that opens a page (cnnviz/ui/serving/highlighter.py).
// Kinds of words are named as Prism names them, so that the same style sheets fit.

const STRING = String.raw`"""[^]*?(?:"""|(?![^]))|'''[^]*?(?:'''|(?![^]))|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?`;
const NUMBER = String.raw`\b(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?j?\b)|(?<![\w.])\.\d[\d_]*(?:[eE][+-]?\d+)?`;
const KEYWORD =
  "and as assert async await break case class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try type while with yield";
const BUILTIN =
  "abs all any bool bytes callable dict divmod enumerate filter float format frozenset getattr hasattr hash help id int isinstance iter len list map max min next object open ord pow print property range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip __import__";

/** @param {string} words @returns {string} what matches one of them, and nothing longer */
const oneOf = words => String.raw`(?<![\w.])(?:${words.replaceAll(" ", "|")})\b`;

/** By language, what each kind of word looks like; of two that begin at the same place the first counts. What is looked for
 * behind a place is so only after what is cheap to see at it: a script of spaces would take its length squared.
 *
 * @type {Readonly<Record<string, RegExp>>}
 */
const LANGUAGES = {
  python: kinds({
    comment: "#.*",
    string: String.raw`(?<!\w)(?:[rRbBuUfF]|[rR][bBfF]|[bBfF][rR])?(?:${STRING})`,
    decorator: String.raw`@(?<=^[ \t]*@)[\w.]+`,
    function: String.raw`(?=\w)(?<=\bdef[ \t]+)\w+`,
    "class-name": String.raw`(?=\w)(?<=\bclass[ \t]+)\w+`,
    boolean: oneOf("True False None"),
    keyword: oneOf(KEYWORD),
    builtin: oneOf(BUILTIN),
    number: NUMBER,
    operator: String.raw`->|:=|\*\*=?|//=?|<<=?|>>=?|[-+*/%@&|^=!<>]=?|~`,
    punctuation: String.raw`[{}[\]();,.:]`,
  }),
  bash: kinds({
    comment: String.raw`(?<=^|\s)#.*`,
    string: String.raw`"(?:\\[^]|[^"\\])*"?|'[^']*'?`,
    parameter: String.raw`(?<=\s)--?[A-Za-z][\w-]*`,
    operator: String.raw`&&|\|\|?|>>?|<`,
    number: String.raw`(?<=\s)\d+(?:\.\d+)?(?=\s|$)`,
  }),
};

/** @param {Record<string, string>} patterns by kind */
function kinds(patterns) {
  const named = Object.entries(patterns).map(([kind, pattern]) => `(?<${kind.replace("-", "_")}>${pattern})`);
  return new RegExp(named.join("|"), "gm");
}

/**
 * A script in pieces, each with its kind; all of them together are the script.
 *
 * @param {string} text
 * @param {string} language a language that is not known gives one piece
 * @returns {[kind: string, text: string][]} the kind is empty where a piece is of none
 */
export function pieces(text, language) {
  const known = LANGUAGES[language];
  /** @type {[string, string][]} */
  const found = [];
  let end = 0;
  for (const match of known ? text.matchAll(known) : []) {
    if (match.index > end) found.push(["", text.slice(end, match.index)]);
    const [kind] = Object.entries(match.groups ?? {}).find(([, said]) => said !== undefined) ?? [""];
    found.push([kind.replace("_", "-"), match[0]]);
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push(["", text.slice(end)]);
  return found;
}

/** @typedef {(kind: string, properties: object | null, ...children: unknown[]) => object} CreateElement as React has it */
/** @typedef {{ language: string, children: string, customStyle: object, wrapLongLines: boolean }} Shown what Streamlit tells its highlighter */

/**
 * What stands in the place of Streamlit's highlighter, as a component of React.
 *
 * @param {CreateElement} createElement
 * @returns {(shown: Shown) => object}
 */
export function highlighterWith(createElement) {
  return ({ language, children, customStyle, wrapLongLines }) => {
    const whiteSpace = wrapLongLines ? "pre-wrap" : "pre";
    const inside = pieces(children, language).map(([kind, text], key) =>
      kind ? createElement("span", { key, className: `token ${kind}` }, text) : text,
    );
    const code = createElement("code", { className: `language-${language}`, style: { whiteSpace } }, ...inside);
    return createElement("div", { style: customStyle }, code);
  };
}
