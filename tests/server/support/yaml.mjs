// As much of YAML as docs/openapi.yaml uses: maps and lists, in blocks or between brackets, strings, numbers, booleans.
// Anything else throws.

const kPlain = /^(?:true|false|-?\d+(?:\.\d+)?)$/;

/** Text between brackets, or a scalar; what follows it must be nothing. */
function parseFlow(text, where) {
  let at = 0;
  const fail = (what) => {
    throw new Error(`line ${where}: ${what} at "${text.slice(at, at + 20)}"`);
  };
  const space = () => {
    while (text[at] === " ") at += 1;
  };
  const scalar = (ends) => {
    if (text[at] === '"') {
      const quoted = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(at)) ?? fail("a quote that does not end");
      at += quoted[0].length;
      return JSON.parse(quoted[0]);
    }
    const plain = ends.exec(text.slice(at))[0].trim();
    if (plain === "" || /^[&*!|>'%@`]/.test(plain)) fail("no plain scalar");
    at += ends.exec(text.slice(at))[0].length;
    return kPlain.test(plain) ? JSON.parse(plain) : plain;
  };
  const sequence = (close, item) => {
    at += 1;
    for (space(); text[at] !== close; space()) {
      item();
      space();
      if (text[at] === ",") at += 1;
      else if (text[at] !== close) fail(`no , and no ${close}`);
    }
    at += 1;
  };
  const value = (ends) => {
    space();
    if (text[at] === "[") {
      const list = [];
      sequence("]", () => list.push(value(/^[^,\]]*/)));
      return list;
    }
    if (text[at] === "{") {
      const map = {};
      sequence("}", () => {
        const key = scalar(/^[^:,}]*/);
        if (text[at] !== ":") fail("no value");
        at += 1;
        map[key] = value(/^[^,}]*/);
      });
      return map;
    }
    return scalar(ends);
  };
  const parsed = value(/^.*/);
  space();
  if (at < text.length) fail("more than a value");
  return parsed;
}

export function parseYaml(text) {
  const lines = text
    .split("\n")
    .map((line, i) => ({ where: i + 1, indent: line.search(/\S/), text: line.trim() }))
    .filter((line) => line.text !== "" && !line.text.startsWith("#"));
  let next = 0;
  const fail = (line, what) => {
    throw new Error(`line ${line.where}: ${what}: ${line.text}`);
  };

  // The block whose lines have the indent of its first one.
  const block = () => {
    const { indent } = lines[next];
    const isList = lines[next].text.startsWith("- ");
    const value = isList ? [] : {};
    while (next < lines.length && lines[next].indent === indent) {
      const line = lines[next];
      if (isList) {
        if (!line.text.startsWith("- ")) fail(line, "no item of the list");
        const rest = line.text.slice(2);
        if (/^[[{"]/.test(rest) || !/^[^:]+:( |$)/.test(rest)) {
          next += 1;
          value.push(parseFlow(rest, line.where));
        } else {
          // "- key: value" is a map whose first line stands behind the dash.
          lines[next] = { ...line, indent: indent + 2, text: rest };
          value.push(block());
        }
        continue;
      }
      const [, quoted, plain, rest] =
        /^(?:"([^"]*)"|([^\s"{[][^:]*)):(?: (.*))?$/.exec(line.text) ?? fail(line, "no key");
      const key = quoted ?? plain;
      if (Object.hasOwn(value, key)) fail(line, "this key is there twice");
      next += 1;
      if (rest !== undefined) value[key] = parseFlow(rest, line.where);
      else if (next < lines.length && lines[next].indent > indent) value[key] = block();
      else fail(line, "a key without a value");
    }
    if (next < lines.length && lines[next].indent > indent) fail(lines[next], "too far to the right");
    return value;
  };
  const value = block();
  if (next < lines.length) fail(lines[next], "too far to the left");
  return value;
}
