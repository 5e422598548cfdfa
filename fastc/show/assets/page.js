"use strict";
(() => {
  const root = document.documentElement;
  const tip = document.getElementById("tip");
  const byKey = new Map();
  for (const element of document.querySelectorAll("[data-key]")) {
    const key = element.dataset.key;
    if (!byKey.has(key)) byKey.set(key, []);
    byKey.get(key).push(element);
  }

  // Dark or light: what the system says, until the reader chooses; the choice is kept where the browser allows it.
  const theme = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const kept = () => { try { return localStorage.getItem("fastc-theme"); } catch { return null; } };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : system.matches;
  const showTheme = () => {
    theme.textContent = isDark() ? "Light mode" : "Dark mode";
    theme.setAttribute("aria-pressed", String(isDark()));
  };
  if (kept() === "dark" || kept() === "light") root.dataset.theme = kept();
  theme.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("fastc-theme", root.dataset.theme); } catch { /* a page from a file may not keep it */ }
    showTheme();
  });
  system.addEventListener("change", showTheme);
  theme.hidden = false;
  showTheme();

  // What stands for the same region lights up everywhere.
  let lit = [];
  const light = (key) => {
    for (const element of lit) element.classList.remove("here");
    lit = key === null ? [] : byKey.get(key) ?? [];
    for (const element of lit) element.classList.add("here");
  };
  const showTip = (mark, x, y) => {
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - box.width - 4))}px`;
    tip.style.top = `${y + 18 + box.height > innerHeight ? Math.max(4, y - box.height - 10) : y + 18}px`;
  };
  const hideTip = () => { tip.hidden = true; light(null); };
  const rowOf = (key) => (byKey.get(key) ?? []).find((element) => element.tagName === "TR");

  for (const plot of document.querySelectorAll("svg.plot")) {
    const marks = [...plot.querySelectorAll(".mark")];
    if (!marks.length) continue;
    // The plot is one stop of the Tab key; arrows go from mark to mark.
    plot.setAttribute("tabindex", "0");
    for (const mark of marks) mark.setAttribute("tabindex", "-1");
    let at = -1;
    const go = (index) => {
      at = Math.max(0, Math.min(index, marks.length - 1));
      marks[at].focus();
    };
    plot.addEventListener("pointermove", (event) => {
      const mark = event.target.closest(".mark");
      if (!mark) { hideTip(); return; }
      light(mark.dataset.key);
      showTip(mark, event.clientX, event.clientY);
    });
    plot.addEventListener("pointerleave", hideTip);
    plot.addEventListener("focusin", (event) => {
      const mark = event.target.closest(".mark");
      if (!mark) return;
      at = marks.indexOf(mark);
      light(mark.dataset.key);
      const box = mark.getBoundingClientRect();
      showTip(mark, box.left + box.width / 2, box.bottom);
    });
    plot.addEventListener("focusout", hideTip);
    plot.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (step) go(at + step);
      else if (event.key === "Home") go(0);
      else if (event.key === "End") go(marks.length - 1);
      else if (event.key === "Escape") { hideTip(); plot.focus(); }
      else if (event.key === "Enter" && at >= 0) follow(marks[at]);
      else return;
      event.preventDefault();
    });
    plot.addEventListener("click", (event) => {
      const mark = event.target.closest(".mark");
      if (mark) follow(mark);
    });
  }

  // From a mark to its line in a table.
  const follow = (mark) => {
    const row = rowOf(mark.dataset.key);
    if (!row) return;
    row.hidden = false;
    for (let box = row.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    row.scrollIntoView({ block: "center" });
    const target = row.querySelector("a") ?? row;
    if (target === row) row.tabIndex = -1;
    target.focus({ preventScroll: true });
    light(mark.dataset.key);
  };
  for (const row of document.querySelectorAll("tr[data-key]")) {
    row.addEventListener("pointerenter", () => light(row.dataset.key));
    row.addEventListener("pointerleave", () => light(null));
  }

  // From a region's name to its IR, wherever it is folded away.
  const unfold = () => {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    if (!target) return;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView({ block: "start" });
    if (target.tabIndex >= 0 || target.hasAttribute("tabindex")) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", unfold);
  for (const link of document.querySelectorAll('a[href^="#"]')) {
    link.addEventListener("click", () => { if (link.hash === location.hash) unfold(); });
  }
  unfold();

  // Tables sorted by a click on a column's head.
  const collator = new Intl.Collator(undefined, { numeric: true });
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = head.querySelector("button");
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("n");
        const before = head.getAttribute("aria-sort");
        const order = before === (numeric ? "descending" : "ascending") ? (numeric ? "ascending" : "descending")
          : (numeric ? "descending" : "ascending");
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", order);
        const sign = order === "ascending" ? 1 : -1;
        const body = table.tBodies[0];
        const value = (row) => numeric ? Number(row.cells[column].dataset.value) : row.cells[column].textContent;
        const rows = [...body.rows].map((row) => [value(row), row]);
        rows.sort(([a], [b]) => sign * (numeric ? a - b : collator.compare(a, b)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }

  // Lines that have a word in them.
  for (const input of document.querySelectorAll("input[data-filters]")) {
    const table = document.getElementById(input.dataset.filters);
    const box = input.closest(".search");
    const count = box.querySelector("output");
    box.hidden = false;
    input.addEventListener("input", () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const row of table.tBodies[0].rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        left += row.hidden ? 0 : 1;
      }
      count.textContent = `${left} of ${table.tBodies[0].rows.length}`;
    });
  }
})();
