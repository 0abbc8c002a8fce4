// A run as a table, a row for each input, and its numbers as lines above. Texts enter as text nodes.
const trace = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const STRIP = 54, MOST_STRIPS = 6, MOST_WIDE = 720;
  const make = (name, attributes, parent, text) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const html = (name, parent, text = "", kind = "") => {
    const element = document.createElement(name);
    element.textContent = text;
    if (kind) element.className = kind;
    parent.append(element);
    return element;
  };
  const short = (text, most) => text.length > most ? text.slice(0, most - 1) + "…" : text;
  const whole = (text) => text === "" || /^-?\d{1,15}$/.test(text);
  // A list or tuple of whole numbers, of which each is a line.
  const parts = (text) => /^[[(]-?\d{1,15}(, -?\d{1,15})*,?[\])]$/.test(text) ? text.match(/-?\d+/g) : [];
  const series = (columns, rows) => columns.filter((one) => one.drawn).flatMap((one) => {
    const texts = rows.map((row) => row[one.at]), given = texts.filter((text) => text !== "");
    if (!given.length) return [];
    if (texts.every(whole)) return [{ name: one.name, texts }];
    const count = parts(given[0]).length;
    if (!given.every((text) => parts(text).length === count)) return [];
    return Array.from({ length: count }, (_, n) => ({ name: `${one.name}[${n}]`, texts: texts.map((text) => parts(text)[n] ?? "") }));
  });
  // Each column of whole numbers as a line of its own, from its least to its largest.
  const chart = (host, columns, rows, go) => {
    const lines = series(columns, rows);
    if (!lines.length || rows.length < 2) return null;
    const shown = lines.slice(0, MOST_STRIPS), high = shown.length * STRIP + 4;
    const WIDE = Math.min(MOST_WIDE, host.clientWidth || MOST_WIDE), NAME = WIDE < 480 ? 82 : 104, END = WIDE - 66; // texts keep their size on a phone
    const svg = make("svg", { class: "scatter strips", viewBox: `0 0 ${WIDE} ${high}`, role: "img", "aria-label": "The values after each input, as in the table below" }, host);
    const x = (at) => NAME + (END - NAME) * at / (rows.length - 1);
    shown.forEach((one, number) => {
      const values = one.texts.map((text) => text === "" ? null : Number(text)), known = values.filter((v) => v !== null);
      const low = Math.min(...known), top = Math.max(...known), above = number * STRIP + 8;
      const y = (v) => top === low ? above + 17 : above + 34 * (top - v) / (top - low);
      make("path", { class: "grid", d: `M${NAME} ${above + 36}H${END}` }, svg);
      make("text", { x: 8, y: above + 21, class: "name" }, svg, short(one.name, WIDE < 480 ? 10 : 13));
      make("text", { x: END + 8, y: above + (top === low ? 21 : 10) }, svg, short(String(top), 8));
      if (top !== low) make("text", { x: END + 8, y: above + 38 }, svg, short(String(low), 8));
      let d = "";
      values.forEach((v, at) => { if (v !== null) d += (d && values[at - 1] !== null ? "L" : "M") + x(at).toFixed(1) + " " + y(v).toFixed(1); });
      make("path", { class: "value", d }, svg);
      if (rows.length <= 60) values.forEach((v, at) => { if (v !== null) make("circle", { class: "value", cx: x(at).toFixed(1), cy: y(v).toFixed(1), r: 2.6 }, svg); });
    });
    svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect(), place = (event.clientX - box.left) / box.width * WIDE;
      go(Math.max(0, Math.min(rows.length - 1, Math.round((place - NAME) / (END - NAME) * (rows.length - 1)))));
    });
    const cursor = make("path", { class: "cursor", d: "" }, svg);
    return (at) => cursor.setAttribute("d", at < 0 || at >= rows.length ? "" : `M${x(at).toFixed(1)} 2V${high - 2}`);
  };
  // columns: { name, at, drawn }; a row holds texts, and where an answer is not the program's the place of it in `odd`.
  const show = (host, columns, rows, left, go) => {
    host.replaceChildren();
    const point = chart(host, columns, rows, go);
    const box = html("div", host, "", "scroll steps");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Every step of this run");
    const table = html("table", box, "", "small"), head = html("tr", html("thead", table)), body = html("tbody", table);
    for (const one of [{ name: "step" }, ...columns]) html("th", head, one.name).scope = "col";
    const lines = rows.map((row, number) => {
      const line = html("tr", body), first = html("th", line);
      first.scope = "row";
      const button = html("button", first, String(number + 1), "plain");
      button.type = "button";
      button.setAttribute("aria-label", "Go to step " + (number + 1));
      button.addEventListener("click", () => go(number));
      for (const one of columns) html("td", line, row[one.at], "mono" + (row.odd === one.at ? " odd" : ""));
      return line;
    });
    if (left) html("p", host, `${left} more steps are not shown here.`, "small soft");
    return (at) => {
      lines.forEach((line, number) => line.classList.toggle("now", number === at));
      if (point) point(at);
      const line = lines[at];
      if (!line) return;
      const above = line.offsetTop - box.offsetTop; // the box scrolls, never the page
      if (above < box.scrollTop + 24 || above > box.scrollTop + box.clientHeight - 40) box.scrollTop = above - box.clientHeight / 2;
    };
  };
  return { show };
})();
