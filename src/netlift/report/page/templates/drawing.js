// A state machine as SVG: dagre finds the places, everything else is drawn here. Texts enter as text nodes.
const drawing = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const R = 19, LINE = 15, MOST_LINES = 5;
  const make = (name, attributes, parent) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (parent) parent.append(element);
    return element;
  };
  const width = (text) => [...text].reduce((sum, c) => sum + (c.codePointAt(0) > 0x2e80 ? 13 : 6.9), 0);
  const texts = (arrow) => {
    const shown = arrow.lines.slice(0, MOST_LINES).map((line) => [line.short, line.answer]);
    if (arrow.lines.length > MOST_LINES) shown.push(["+" + (arrow.lines.length - MOST_LINES) + " more", ""]);
    return shown;
  };
  const whole = (arrow) => arrow.from + " → " + arrow.to + "\n" + arrow.lines.map(
    (line) => line.whole + (line.answer ? " / " + line.answer : "")).join("\n");

  // The curve goes through the middles between dagre's points, and ends at the rim of the two circles.
  const curve = (points) => {
    let d = `M${points[0].x} ${points[0].y}`;
    for (let at = 1; at < points.length - 1; at++) {
      const last = at === points.length - 2, p = points[at], q = points[at + 1];
      d += `Q${p.x} ${p.y} ${last ? q.x : (p.x + q.x) / 2} ${last ? q.y : (p.y + q.y) / 2}`;
    }
    if (points.length === 2) d += `L${points[1].x} ${points[1].y}`;
    return d;
  };
  const rim = (node, towards) => {
    if (node.width > 2 * R) return null; // a box: dagre's own end is right
    const dx = towards.x - node.x, dy = towards.y - node.y, far = Math.hypot(dx, dy) || 1;
    return { x: node.x + dx / far * R, y: node.y + dy / far * R };
  };

  // A way back to the same state: a drop from the node's rim, and its label right behind it. dagre leaves room there,
  // often far more than is needed, and nothing else stands between the two.
  const near = (node, label) => {
    const down = Math.abs(label.y - node.y) >= Math.abs(label.x - node.x);
    const side = (down ? label.y < node.y : label.x < node.x) ? -1 : 1;
    const rim = (down ? node.height : node.width) / 2, behind = rim + 15 + (down ? label.height - 4 : label.width - 8) / 2;
    if (down) { label.x = node.x; label.y = node.y + side * Math.min(behind, Math.max(Math.abs(label.y - node.y), rim)); }
    else { label.y = node.y; label.x = node.x + side * Math.min(behind, Math.max(Math.abs(label.x - node.x), rim)); }
    const at = (along, across) => down ? `${node.x + across} ${node.y + side * (rim + along)}` : `${node.x + side * (rim + along)} ${node.y + across}`;
    return `M${at(-3, -8)}C${at(17, -24)} ${at(17, 24)} ${at(-2, 8)}`;
  };

  const draw = (host, machine, nodes, arrows, ask) => {
    const narrow = host.clientWidth < 560;
    const graph = new dagre.graphlib.Graph({ multigraph: false });
    graph.setGraph({ rankdir: narrow ? "TB" : "LR", nodesep: 26, ranksep: narrow ? 34 : 44, edgesep: 12, marginx: 14, marginy: 14 });
    graph.setDefaultEdgeLabel(() => ({}));
    const label = (state) => machine.moore && machine.moore[state] !== null ? machine.moore[state] : "";
    for (const state of nodes) {
      const wide = Math.max(2 * R, label(state).length > 4 ? width(label(state)) + 16 : 0);
      graph.setNode(String(state), { width: wide, height: label(state) ? 2 * R + 4 : 2 * R, state });
    }
    for (const arrow of arrows) {
      const said = texts(arrow);
      const wide = Math.max(...said.map(([a, b]) => width(a + (b ? " / " + b : "")))) + 8;
      graph.setEdge(String(arrow.from), String(arrow.to), { width: wide, height: said.length * LINE + 4, labelpos: "c", arrow });
    }
    dagre.layout(graph);
    host.replaceChildren();
    let w = 0, h = 0, left = 0;
    const svg = make("svg", { role: "group", "aria-label": "State machine" }, host);
    const tip = make("marker", { id: "tip", viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, orient: "auto-start-reverse", markerUnits: "userSpaceOnUse" }, make("defs", {}, svg));
    make("path", { d: "M0 0L10 5L0 10z" }, tip);
    const lines = make("g", {}, svg), plates = make("g", {}, svg), drawn = { edges: new Map(), nodes: new Map(), host };
    const places = {};
    for (const name of graph.nodes()) places[name] = graph.node(name);
    for (const pair of graph.edges()) {
      const edge = graph.edge(pair), points = edge.points.map((p) => ({ ...p })), n = points.length;
      const from = places[pair.v], to = places[pair.w];
      const loop = pair.v === pair.w;
      points[0] = rim(from, points[1]) ?? points[0];
      points[n - 1] = rim(to, points[n - 2]) ?? points[n - 1];
      const group = make("g", { class: "edge" }, lines), text = make("g", { class: "edge" }, plates);
      make("path", { class: "line", d: loop ? near(from, edge) : curve(points), "marker-end": "url(#tip)" }, group);
      const said = texts(edge.arrow), high = said.length * LINE;
      make("title", {}, group).textContent = whole(edge.arrow);
      make("title", {}, text).textContent = whole(edge.arrow);
      make("rect", { class: "plate", x: edge.x - edge.width / 2 + 2, y: edge.y - high / 2 - 1, width: edge.width - 4, height: high + 2, rx: 3 }, text);
      said.forEach(([a, b], at) => {
        const line = make("text", { x: edge.x, y: edge.y - high / 2 + LINE * at + 12, "text-anchor": "middle" }, text);
        line.append(a + (b ? " / " : ""));
        if (b) make("tspan", { class: "answer" }, line).textContent = b;
      });
      for (const p of loop ? [] : points) { w = Math.max(w, p.x + 12); h = Math.max(h, p.y + 12); }
      left = Math.min(left, edge.x - edge.width / 2 - 4);
      w = Math.max(w, edge.x + edge.width / 2 + 4);
      h = Math.max(h, edge.y + high / 2 + 6);
      drawn.edges.set(pair.v + " " + pair.w, [group, text]);
    }
    for (const name of graph.nodes()) {
      const place = places[name], out = label(place.state);
      w = Math.max(w, place.x + place.width / 2 + 14);
      h = Math.max(h, place.y + place.height / 2 + 14);
      const node = make("g", { class: "node", tabindex: 0, role: "button", "aria-label": "State " + name, "data-state": name }, svg);
      if (place.width > 2 * R) make("rect", { x: place.x - place.width / 2, y: place.y - place.height / 2, width: place.width, height: place.height, rx: 12 }, node);
      else make("circle", { cx: place.x, cy: place.y, r: R }, node);
      make("text", { x: place.x, y: place.y + (out ? -1 : 5) }, node).textContent = name;
      if (out) make("text", { class: "out", x: place.x, y: place.y + 13 }, node).textContent = out;
      if (name === "0") make("path", narrow ? { d: `M${place.x - 30} ${place.y - 30}L${place.x - 15} ${place.y - 15}`, stroke: "currentColor", "stroke-width": 1.6, "marker-end": "url(#tip)" }
        : { d: `M${place.x - place.width / 2 - 13} ${place.y - 13}L${place.x - place.width / 2 + 3} ${place.y - 9}`, stroke: "currentColor", "stroke-width": 1.6, "marker-end": "url(#tip)" }, node);
      node.addEventListener("mouseenter", () => ask.look(place.state));
      node.addEventListener("focus", () => ask.look(place.state));
      node.addEventListener("click", () => ask.follow(place.state));
      node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); ask.follow(place.state); } });
      drawn.nodes.set(place.state, node);
    }
    w = Math.ceil(w - left);
    h = Math.ceil(h);
    svg.setAttribute("viewBox", `${left} 0 ${w} ${h}`);
    // Shrunk to fit as long as it can be read; beyond, its box scrolls.
    const scale = Math.min(1.15, Math.max(0.62, (host.clientWidth - 4) / w));
    svg.setAttribute("width", Math.floor(w * scale));
    svg.setAttribute("height", Math.floor(h * scale));
    return drawn;
  };
  return { draw, whole };
})();
