// What ODK Web Forms makes of forms, by the protocol of Engine.java: without "eval", which the engine does
// not offer; an expression is asked for as a calculation of a form.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const require = createRequire(`${process.cwd()}/`);
const { JSDOM } = require("jsdom");
// The engine is made for browsers.
const { window } = new JSDOM("", { url: "http://localhost/" });
for (const name of Object.getOwnPropertyNames(window)) {
  if (!(name in globalThis)) globalThis[name] = window[name];
}
Object.assign(globalThis, { window, document: window.document, __dirname: process.cwd(), require });
const { createInstance } = await import(`${process.cwd()}/node_modules/@getodk/xforms-engine/dist/index.js`);
// What it says goes elsewhere.
console.log = console.warn = console.error;

let root;

function* leaves(node) {
  const children = node.currentState.children;
  if (!children) yield node;
  else for (const child of children) yield* leaves(child);
}

function answer(path, text) {
  for (const node of leaves(root)) {
    if (node.currentState.reference !== path) continue;
    switch (node.nodeType) {
      case "select":
        return node.selectType === "select1" ? node.selectValue(text) : node.selectValues(text.split(" "));
      case "rank":
        return node.setValues(text.split(" "));
      case "trigger":
        return node.setValue(text === "OK");
      default:
        return node.setValue(text);
    }
  }
  throw new Error(`there is no ${path}`);
}

function state() {
  const lines = [];
  for (const node of leaves(root)) {
    const { reference, relevant, value, valueOptions } = node.currentState;
    const shown = value === null || value === undefined ? "" : Array.isArray(value) ? value.join(" ") : node.nodeType === "trigger" ? (value ? "OK" : "") : String(value);
    const violation = node.validationState?.violation?.condition ?? "";
    lines.push([
      "node", reference, relevant ? "relevant" : "hidden", shown, violation === "constraint" ? violation : "", violation === "required" ? violation : "",
      valueOptions && relevant ? "=" + valueOptions.map((option) => option.value).join("|") : "-", node.currentState.label?.asString ?? "",
    ]);
  }
  return lines;
}

const escape = (field) => field.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n");
const unescape = (field) => field.replace(/\\(.)/g, (_, c) => ({ t: "\t", n: "\n" })[c] ?? c);

for await (const line of createInterface({ input: process.stdin })) {
  const fields = line.split("\t").map(unescape);
  let lines = [];
  try {
    if (fields[0] === "form") ({ root } = await createInstance(readFileSync(fields[1], "utf8")));
    else if (fields[0] === "answer") answer(fields[1], fields[3]);
    else if (fields[0] === "state") lines = state();
  } catch (error) {
    lines = [["error", error.name ?? "Error", String(error.message ?? error)]];
  }
  for (const fields of lines) process.stdout.write(fields.map(escape).join("\t") + "\n");
  process.stdout.write(".\n");
}
process.exit(0);
