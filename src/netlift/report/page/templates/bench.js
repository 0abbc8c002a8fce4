"use strict";
(() => {
  const table = document.getElementById("table"), body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const rows = [...body.rows];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.className = "sort";
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending", sign = down ? -1 : 1;
      for (const one of heads) one.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const value = head.dataset.kind === "number" ? (row) => Number(row.cells[column].dataset.sort) : (row) => row.cells[column].dataset.sort;
      const order = rows.map((row, at) => [value(row), at, row]);
      order.sort(([a, i], [b, j]) => (a < b ? -sign : a > b ? sign : i - j));
      body.append(...order.map(([, , row]) => row));
    });
  });
  const find = document.getElementById("find"), count = document.getElementById("count");
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.dataset.text.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    count.textContent = words.length ? shown + " of " + rows.length : "";
  });
  document.getElementById("open").addEventListener("change", (event) => {
    for (const row of rows) row.querySelector("details").open = event.target.checked;
  });
})();
