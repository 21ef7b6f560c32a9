// Keys and small comforts. Every page works without this file.
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  // Check: the marks lie behind the field; they hide while what they belong to is being changed.
  const text = $("#text"), under = $("#under");
  if (text && under) {
    const follow = () => { under.scrollTop = text.scrollTop; };
    const fit = () => { under.style.width = `${text.clientWidth}px`; follow(); };
    text.addEventListener("scroll", follow);
    text.addEventListener("input", () => under.classList.toggle("stale", under.textContent !== text.value));
    document.addEventListener("htmx:after:swap", () => {
      under.classList.toggle("stale", under.textContent !== text.value);
      fit();
    });
    new ResizeObserver(fit).observe(text);
    fit();
  }

  // Review: the case that was opened is the current one.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-item] a.open");
    if (!link) return;
    for (const item of all("[data-item]")) {
      const here = item.contains(link);
      item.classList.toggle("current", here);
      if (here) $("a.open", item).setAttribute("aria-current", "true"); else $("a.open", item).removeAttribute("aria-current");
    }
  });

  document.addEventListener("htmx:after:swap", () => {
    const opened = $("#case");
    if (opened && opened.getBoundingClientRect().top < 0) opened.scrollIntoView({ block: "start" });
  });

  // Following a number to its finding puts the focus there.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.no, a.jump");
    if (!link) return;
    const target = document.getElementById(link.hash.slice(1));
    if (target) target.focus({ preventScroll: false });
  });

  // Review: j/k move, x picks, and every button with data-key is pressed by that key.
  const items = () => all("[data-item]");
  const current = () => $("[data-item].current");
  const move = (step) => {
    const list = items();
    if (!list.length) return;
    const at = list.indexOf(current());
    const next = list[Math.min(list.length - 1, Math.max(0, at + step))];
    const link = $("a.open", next);
    link.click();
    link.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    x: () => { const box = current() && $("input[type=checkbox]", current()); if (box) box.click(); },
    "?": () => { const help = $("#keys"); if (help) help.open = !help.open; },
    "/": () => { const field = $("[data-search]"); if (field) field.focus(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const button = $(`button[data-key="${CSS.escape(event.key)}"]:not([disabled])`);
    const act = button ? () => button.click() : Object.hasOwn(keys, event.key) ? keys[event.key] : null;
    if (act) { event.preventDefault(); act(); }
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-all]")) {
      for (const box of all("[data-item] input[type=checkbox]")) box.checked = event.target.checked;
    }
  });
})();
