"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { $: operations, PyError, Tuple, repr } = python;
  const get = (id) => document.getElementById(id);
  const machine = data.machine, hidden = data.hidden;
  const MOST_EVENTS = 20000, MOST_STEPS = 3e6, MOST_ROWS = 400, MOST_RUN = 2000;

  // ---- inputs: a step is a list of keys, "n" and digits or "s" and a text, one for each stream
  const value = (key) => key[0] === "n" ? BigInt(key.slice(1)) : key.slice(1);
  const input = (step) => step.length === 1 ? value(step[0]) : new Tuple(step.map(value));
  const single = data.streams.length === 1;
  const plain = (text) => text !== "" && !/[\s,;()[\]"']/.test(text);
  const simple = data.streams.every((one) => one.symbols === null || one.symbols.every(plain));
  const written = (steps) => simple
    ? steps.map((step) => step.map((key) => key.slice(1)).join(",")).join(" ")
    : JSON.stringify(steps.map((step) => single ? raw(step[0]) : step.map(raw)));
  const raw = (key) => key[0] === "n" ? Number(key.slice(1)) : key.slice(1);
  const shown = (step) => step.map((key) => key.slice(1)).join(", ");

  const keyOf = (text, at, quoted) => {
    const stream = data.streams[at];
    if (stream.symbols === null) {
      if (!/^[+-]?[0-9]+$/.test(text)) throw new Error(`${JSON.stringify(text)} is not a whole number`);
      return "n" + BigInt(text.replace("+", ""));
    }
    if (!stream.symbols.includes(text)) {
      const near = stream.symbols.slice(0, 12).map((one) => clipped(one)).join(", ");
      throw new Error(`${JSON.stringify(text)} is no input of these data; there are ${near}${stream.symbols.length > 12 ? ", …" : ""}`);
    }
    return "s" + text;
  };
  const parsed = (text) => {
    text = text.trim();
    if (text.startsWith("[")) {
      let list;
      try { list = JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|(-?\d+)/g, (all, quoted, number) => quoted ?? JSON.stringify(number))); }
      catch { throw new Error("this is no list that can be read; write the inputs with spaces between them"); }
      return list.map((step, number) => {
        const parts = Array.isArray(step) ? step : [step];
        return checked(parts.map(String), number);
      });
    }
    if (!simple) {
      const only = single && data.streams[0].symbols;
      if (only && only.includes(text)) return [["s" + text]];
      if (only) return text === "" ? [] : text.split(/\s*,\s*/).map((one, number) => checked([one], number));
      throw new Error('write a list, as ["a", "b"]');
    }
    if (single) return text.split(/[\s,;]+/).filter((one) => one !== "").map((one, number) => checked([one], number));
    return text.replace(/[()]/g, " ").replace(/\s*,\s*/g, ",").split(/[\s;]+/).filter((one) => one !== "")
      .map((one, number) => checked(one.split(",").filter((part) => part !== ""), number));
  };
  const checked = (parts, number) => {
    if (parts.length !== data.streams.length)
      throw new Error(`input ${number + 1} has ${parts.length} values; expected ${data.streams.length}, as in ${data.examples.length ? written(data.examples[0].slice(0, 1)) : "1,2"}`);
    return parts.map(keyOf);
  };

  // ---- the machine
  const letters = new Map(machine ? machine.key.map((one) => [one.answer, one.letter]) : []);
  const symbols = new Map(machine ? machine.keys.map((keys, at) => [JSON.stringify(keys), at]) : []);
  const absent = new Set(machine ? machine.missing.map((pair) => pair.join(" ")) : []);
  const walk = (steps) => {
    const path = [0], answers = [];
    for (const step of steps) {
      const symbol = symbols.get(JSON.stringify(step)), state = path[path.length - 1];
      if (symbol === undefined || absent.has(state + " " + symbol)) break;
      path.push(machine.next[state][symbol]);
      answers.push(machine.answers[machine.answer[state][symbol]]);
    }
    return { path, answers };
  };

  let drawn = null;
  const host = get("drawing");
  const ask = {
    look: (state) => {
      const about = get("about"), word = machine.access[state] ?? [];
      const lines = [["State ", String(state)], ["reached by: ", word.length ? word.map((s) => machine.names[s]).join("  ") : "nothing, it is the start"]];
      if (machine.moore && machine.moore[state] !== null) lines.push(["answers: ", machine.moore[state]]);
      else {
        const counts = new Map();
        machine.next.forEach((row, from) => row.forEach((to, s) => {
          if (to === state && !absent.has(from + " " + s)) { const a = machine.answers[machine.answer[from][s]]; counts.set(a, (counts.get(a) ?? 0) + 1); }
        }));
        lines.push(["answers on the way here: ", [...counts.keys()].slice(0, 12).join(", ") || "none"]);
      }
      const vector = hidden && hidden.vectors[state];
      if (vector) lines.push(["hidden vector: ", "(" + vector.map((v) => String(Number(v.toPrecision(3)))).join(", ") + ")"]);
      about.replaceChildren(...lines.flatMap(([name, text]) => {
        const bold = document.createElement("b"), row = document.createElement("div");
        bold.textContent = name;
        row.append(bold, text);
        return [row];
      }));
      spot(state);
    },
    follow: (state) => { ask.look(state); play((machine.access[state] ?? []).map((s) => machine.keys[s]), true); },
  };
  const redraw = () => {
    if (!machine || !host || typeof dagre === "undefined") return;
    if (data.drawn) {
      drawn = drawing.draw(host, machine, machine.next.map((_, state) => state), machine.arrows, ask);
    } else {
      const centre = Math.min(machine.next.length - 1, Math.max(0, Number(get("centre").value) | 0));
      const arrows = machine.arrows.filter((one) => one.from === centre || one.to === centre).slice(0, 40);
      const nodes = [...new Set([centre, ...arrows.flatMap((one) => [one.from, one.to])])];
      drawn = drawing.draw(host, machine, nodes, arrows, ask);
    }
  };
  // Only one state's points in full colour.
  const dots = [...document.querySelectorAll("#scatter .dots")];
  const spot = (state) => {
    if (hidden && hidden.by === "state") for (const one of dots) one.classList.toggle("faded", state !== null && Number(one.dataset.value) !== state);
  };
  if (host) host.addEventListener("mouseleave", () => spot(null));

  // ---- a run of the program: what it did before each line
  const record = (steps) => {
    const run = { steps, events: [], outputs: null, error: "", cut: false };
    const push = (line, variables, read, names) => run.events.push({ line, read, variables, names });
    if (program === null) return run;
    let read = 0, count = 0, last = [];
    try {
      const going = program(operations, steps.map(input));
      for (;;) {
        const { done, value } = going.next();
        if (done) { run.outputs = value; break; }
        const [line, variables, begins] = value;
        if (begins) read++;
        last = variables;
        if (run.events.length < MOST_EVENTS) push(line, variables.filter(([, v]) => v !== undefined).map(([n, v]) => [n, clipped(repr(v))]), read, begins || null);
        else run.cut = true;
        if (++count > MOST_STEPS) throw new Error("it was stopped after " + MOST_STEPS + " lines");
      }
    } catch (error) { run.error = error instanceof PyError ? error.message : String(error.message ?? error); }
    run.end = read;
    const before = run.events.length ? run.events[run.events.length - 1] : { line: 0, variables: [] };
    if (!run.error) push(0, before.variables, steps.length, null);
    run.rows = values(run, last.filter(([, v]) => v === run.outputs && Array.isArray(v)).map(([name]) => name));
    return run;
  };
  // The variables after each input: as they stand where the next one is read, but for its own names and the answers.
  const values = (run, answers) => {
    const found = [], own = new Set(answers);
    if (run.end > run.steps.length) return found; // the inputs are gone through twice
    for (const event of run.events) for (const name of event.names ?? []) own.add(name);
    const kept = (event) => new Map(event.variables.filter(([name]) => !own.has(name)));
    for (const event of run.events) if (event.names && event.read > 1) found[event.read - 2] = kept(event);
    const last = run.events[run.events.length - 1];
    if (run.steps.length && run.end === run.steps.length && !run.error && !run.cut) found[run.end - 1] = kept(last);
    return found;
  };
  const clipped = (text) => text.length > 160 ? text.slice(0, 70) + " … " + text.slice(-70) : text;

  // ---- the network, where the page holds its weights: it goes its own way on whatever is typed
  const network = hidden ? hidden.passage : null;
  const ran = (steps) => {
    if (!network) return null;
    const numbers = steps.map((step) => step.map((key, at) => key[0] === "n" ? Number(key.slice(1)) : data.streams[at].symbols.indexOf(key.slice(1))));
    return passage.run(network, numbers, MOST_RUN);
  };
  const placeOf = (state, at, count) => {
    const [x, y] = network.moved.map((from, axis) => state.reduce((sum, one, n) => sum + one * network.turned[n][axis], from));
    if (!network.heights) return [x, y];
    const [top, room, start] = network.heights;
    return [x, at ? top + room * (at - 1) / Math.max(count - 1, 1) : start];
  };
  const answered = (outputs) => {
    const named = outputs.map((one, at) => data.outputs[at] ? data.outputs[at][one] : Number.isFinite(one) ? BigInt(one) : "no number");
    return said(named.length === 1 ? named[0] : new Tuple(named));
  };

  let run = null, place = 0, way = [], walked = { path: [0], answers: [] }, lit = [], through = null, byState = false, mark = null;
  const follow = (steps) => {
    byState = false;
    if (!hidden) return [];
    const known = data.examples.findIndex((one) => JSON.stringify(one) === JSON.stringify(steps));
    if (known >= 0 && hidden.paths[known]) return hidden.paths[known];
    if (through) return through.states.map((state, at) => placeOf(state, at, steps.length));
    byState = hidden.centres.length > 0;
    return byState ? walked.path.map((state) => hidden.centres[state]) : [];
  };
  // The whole run as a table: the program's variables after each input, its answer, and the network's and the machine's.
  const tabulate = (taken) => {
    const host = get("trace"), box = get("tracebox");
    if (!host) return null;
    if (box) box.hidden = false;
    const names = [...new Set(taken.rows.flatMap((row) => row ? [...row.keys()] : []))];
    const columns = [{ name: "input" }, ...names.map((name) => ({ name, drawn: true })), { name: "the program answers", drawn: true }];
    if (through) columns.push({ name: "the network answers" });
    if (machine) columns.push({ name: "machine in state" });
    columns.forEach((one, at) => { one.at = at; });
    const rows = taken.steps.slice(0, MOST_ROWS).map((step, at) => {
      const answer = answerAt(taken, at);
      const row = [shown(step), ...names.map((name) => taken.rows[at]?.get(name) ?? ""), answer];
      if (through) {
        const heard = through.answers[at] ? answered(through.answers[at]) : "";
        row.push(heard);
        if (heard !== "" && answer !== "" && heard !== answer) row.odd = row.length - 1;
      }
      if (machine) row.push(String(walked.path[at + 1] ?? ""));
      return row;
    });
    return trace.show(host, columns, rows, taken.steps.length - rows.length, (at) => {
      if (run !== taken) play(taken.steps, false); // it stood there before anything was typed
      const next = run.events.findIndex((event) => event.read > at + 1);
      go(next < 0 ? Infinity : next);
    });
  };
  const answerAt = (run, at) => {
    const list = Array.isArray(run.outputs) ? run.outputs : null;
    if (list && list.length === run.steps.length) return said(list[at]);
    return program === null ? letters.get(walked.answers[at]) ?? walked.answers[at] ?? "" : "";
  };
  const play = (steps, toEnd) => {
    get("said").hidden = true;
    get("word").value = written(steps);
    walked = machine ? walk(steps) : { path: [0], answers: [] };
    through = ran(steps);
    run = record(steps);
    way = follow(steps);
    mark = tabulate(run);
    // Programs that do not read their inputs one by one are followed by the machine alone.
    if (!run.events.some((one) => one.read > 0 && one.line)) {
      const end = run.events.pop(), first = run.events.pop();
      run.events = steps.map((_, at) => ({ line: first ? first.line : 0, variables: [], read: at }));
      run.events.push({ line: 0, variables: end ? end.variables : [], read: steps.length });
    }
    get("player").hidden = false;
    get("at").max = run.events.length - 1;
    get("tape").replaceChildren(...steps.map((step, at) => {
      const button = document.createElement("button"), out = document.createElement("span");
      button.type = "button";
      button.append(shown(step));
      out.className = "out";
      out.textContent = answerAt(run, at);
      button.append(out);
      button.addEventListener("click", () => go(run.events.findIndex((one) => one.read > at)));
      return button;
    }));
    if (run.error) complain(run.error);
    go(toEnd ? run.events.length - 1 : 0);
  };
  const said = (v) => letters.get(typeof v === "string" ? v : repr(v)) ?? clipped(typeof v === "string" ? v : repr(v));
  const complain = (text) => { get("said").textContent = text; get("said").hidden = false; };

  const go = (to) => {
    if (!run || !run.events.length) return;
    place = Math.min(run.events.length - 1, Math.max(0, to));
    const event = run.events[place], before = place ? run.events[place - 1] : null;
    get("at").value = place;
    for (const one of lit) one.classList.remove("now", "hot");
    lit = [];
    const line = event.line ? get("L" + event.line) : null;
    if (line) {
      line.classList.add("now");
      lit.push(line);
      const code = get("code"), above = line.offsetTop - code.offsetTop; // the box scrolls, never the page
      if (above < code.scrollTop || above > code.scrollTop + code.clientHeight - 40) code.scrollTop = above - code.clientHeight / 2;
    }
    const old = new Map(before ? before.variables : []);
    get("vars").replaceChildren(...event.variables.map(([name, text]) => {
      const row = document.createElement("span"), bold = document.createElement("b");
      bold.textContent = name;
      row.append(bold, " = " + text);
      if (before && old.get(name) !== text) row.className = "changed";
      return row;
    }));
    // Within a step the program has read its input, and machine and network have not yet gone on.
    const steps = run.steps.length, finished = event.line === 0 && !run.error;
    const reached = finished ? steps : Math.max(0, event.read - 1);
    [...get("tape").children].forEach((one, at) => {
      one.classList.toggle("now", !finished && at === event.read - 1);
      one.classList.toggle("done", at < reached);
      one.lastChild.style.visibility = at < reached || program === null ? "visible" : "hidden";
    });
    const now = get("tape").querySelector(".now");
    if (now) get("tape").scrollLeft = now.offsetLeft - get("tape").clientWidth / 2;
    const state = machine ? walked.path[Math.min(reached, walked.path.length - 1)] : null;
    const left = machine && reached >= walked.path.length;
    if (drawn && state !== null && !left) {
      if (!data.drawn && !drawn.nodes.has(state)) { get("centre").value = state; redraw(); }
      const node = drawn.nodes.get(state);
      if (node) { node.classList.add("now"); lit.push(node); }
      if (reached > 0) for (const one of drawn.edges.get(walked.path[reached - 1] + " " + state) ?? []) { one.classList.add("hot"); lit.push(one); }
    }
    const places = way.slice(0, reached + 1), here = get("here"), route = get("way");
    if (here) {
      const at = places.length === reached + 1 ? places[reached] : null;
      here.setAttribute("visibility", at ? "visible" : "hidden");
      if (at) { here.setAttribute("cx", at[0]); here.setAttribute("cy", at[1]); }
      const recent = places.filter(Boolean).slice(-8);
      route.setAttribute("d", recent.map(([x, y], n) => (n ? "L" : "M") + x + " " + y).join(""));
    }
    const parts = [finished ? "after the last input" : event.read ? `input ${event.read} of ${steps}` : "before the first input"];
    if (event.line) parts.push(`next: line ${event.line}`);
    if (machine) parts.push(left ? "the machine does not know this input" : `machine in state ${state}`);
    if (finished && run.outputs !== null) parts.push("answers " + clipped(repr(run.outputs)));
    if (run.cut) parts.push(`only the first ${MOST_EVENTS} lines of the run are shown`);
    if (byState && places.length) parts.push("hidden space: one point of each state");
    const seen = through && through.states[reached];
    if (seen && seen.length <= 8) parts.push("hidden state (" + [...seen].map((one) => String(Number(one.toPrecision(3)))).join(", ") + ")");
    if (seen && reached) parts.push("the network answers " + answered(through.answers[reached - 1]));
    if (through && !seen && through.stopped) parts.push(through.stopped);
    if (mark) mark(reached - 1);
    get("where").textContent = parts.join(" · ");
  };
  const step = (by) => go(place + by);
  const nextInput = () => {
    const read = run.events[place].read;
    const at = run.events.findIndex((one, n) => n > place && one.read > read);
    go(at < 0 ? run.events.length - 1 : at);
  };

  const listen = (id, event, work) => { const one = get(id); if (one) one.addEventListener(event, work); };
  const start = (toEnd) => {
    try { play(parsed(get("word").value), toEnd); } catch (error) { complain(error.message); }
  };
  listen("ask", "submit", (event) => { event.preventDefault(); start(false); });
  listen("examples", "change", (event) => { if (event.target.value !== "") play(data.examples[Number(event.target.value)], false); });
  listen("first", "click", () => go(0));
  listen("back", "click", () => step(-1));
  listen("forth", "click", () => step(1));
  listen("next", "click", nextInput);
  listen("at", "input", (event) => go(Number(event.target.value)));
  listen("centre", "input", redraw);
  const keys = get("keys");
  if (keys) keys.addEventListener("click", (event) => {
    const at = event.target.dataset.key;
    if (at === undefined) return;
    let before = [];
    try { before = run ? run.steps : parsed(get("word").value); } catch { /* what stands there is no input: begin anew */ }
    play([...before, JSON.parse(keys.dataset.all)[at]], true);
  });
  listen("copy", "click", async () => {
    const tell = (text) => { get("copied").textContent = text; };
    try { await navigator.clipboard.writeText(data.source); tell("copied"); } catch {
      const area = document.createElement("textarea"); // pages opened from disk may not use the clipboard's own door
      area.value = data.source;
      document.body.append(area);
      area.select();
      tell(document.execCommand("copy") ? "copied" : "the browser does not allow it; the whole file stands below");
      area.remove();
    }
  });
  redraw();
  let wide = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== wide) { wide = window.innerWidth; redraw(); if (run) go(place); } });
  if (get("word") && data.examples.length) {
    const first = data.examples[0].slice(0, 8);
    get("word").value = written(first);
    if (!machine && program !== null) { // a run stands in the machine's place from the beginning
      through = ran(first);
      mark = tabulate(record(first));
    }
  }
})();
