// A network, run on what is typed: a list of operations on rows of numbers (netlift/report/page/_passage.py).
const passage = (() => {
  const bytes = (text) => {
    const raw = atob(text), found = new Uint8Array(raw.length);
    for (let at = 0; at < raw.length; at++) found[at] = raw.charCodeAt(at);
    const view = new DataView(found.buffer);
    return Float64Array.from({ length: raw.length / 8 }, (_, at) => view.getFloat64(8 * at, true));
  };
  const even = (x) => { const low = Math.floor(x), over = x - low; return over > 0.5 || (over === 0.5 && low % 2 !== 0) ? low + 1 : low; };
  const each = (work) => (one, other) => one.map((x, at) => work(x, other[other.length === 1 ? 0 : at]));
  // A table is one row of numbers that knows how many columns it has.
  const OPERATIONS = {
    constant: (columns, text) => Object.assign(bytes(text), { columns }),
    product: (one, table) => {
      const found = new Float64Array(table.columns);
      for (let i = 0; i < one.length; i++) {
        const x = one[i], from = i * table.columns;
        if (x !== 0) for (let j = 0; j < found.length; j++) found[j] += x * table[from + j];
      }
      return found;
    },
    added: each((a, b) => a + b),
    subtracted: each((a, b) => a - b),
    scaled: each((a, b) => a * b),
    divided: each((a, b) => a / b),
    relu: (one) => one.map((x) => Math.max(x, 0)),
    tanh: (one) => one.map(Math.tanh),
    sigmoid: (one) => one.map((x) => 1 / (1 + Math.exp(-x))),
    columns: (one, start, stop) => one.slice(start, stop),
    beside: (parts) => Float64Array.from(parts.flatMap((one) => [...one])),
    rounded: (one, most) => one.map((x) => Math.min(most, Math.max(-most, even(x)))),
    best: (one) => Float64Array.of(one.reduce((best, x, at) => (x > one[best] ? at : best), 0)),
    above: (one, at) => one.map((x) => (x > at ? 1 : 0)),
    row: (table, places) => table.slice(places[0] * table.columns, (places[0] + 1) * table.columns),
    place: (alphabet, column) => {
      const at = alphabet.indexOf(column[0]);
      if (at < 0) throw new RangeError("the network has no unit for this input");
      return Float64Array.of(at);
    },
  };
  const VALUES = { constant: [], columns: [0], rounded: [0], above: [0], place: [1], beside: [] }; // which arguments are values
  const prepared = (network) => network.code.map(([name, ...given]) => name === "constant" ? OPERATIONS.constant(...given) : null);
  // States and answers after each input, the state before the first in front; fewer where an input has no unit.
  const run = (network, steps, most) => {
    const kept = network.kept ??= prepared(network);
    const states = [Float64Array.from(network.first)], answers = [];
    for (const step of steps.slice(0, most)) {
      const values = [states[states.length - 1], Float64Array.from(step)];
      try {
        network.code.forEach(([name, ...given], at) => {
          const of = VALUES[name] ?? given.map((_, n) => n);
          if (name === "beside") given = [given[0].map((one) => values[one])];
          else given = given.map((one, n) => of.includes(n) ? values[one] : one);
          values.push(kept[at] ?? OPERATIONS[name](...given));
        });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return { states, answers, stopped: error.message };
      }
      states.push(values[network.next]);
      answers.push([...values[network.answer]]);
    }
    return { states, answers, stopped: "" };
  };
  return { run };
})();
