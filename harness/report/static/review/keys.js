/* The keys: one table feeds what they do and the help that names them. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const GROUPS = ["Move", "Compare", "Zoom", "Decide", "Page"];
  const NAMES = {
    " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc",
  };
  const TYPED = new Set(["text", "search", "email", "url", "tel", "number", "password", "date"]);
  const SLIDES = new Set([
    "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp", "PageDown",
  ]);
  const table = [];
  let held = null;

  /** Add a key: {keys, shift, label, does, group, repeats, run, end}. `end` makes it one to hold. */
  function add(entry) {
    table.push({ shift: false, repeats: false, group: "Decide", ...entry });
  }

  function typing(target) {
    if (target.isContentEditable || target.tagName === "TEXTAREA") return true;
    return target.tagName === "INPUT" && TYPED.has(target.type);
  }

  /** Tell whether what has focus needs the key itself: a text its letters, a slider its arrows. */
  function owned(target, key) {
    if (!(target instanceof Element)) return false;
    if (typing(target)) return key !== "Escape";
    const role = target.getAttribute("role");
    const slides = role === "slider" || target.matches("input[type=range], input[type=radio]");
    if (slides || target.tagName === "SELECT") return SLIDES.has(key);
    const presses = target.matches("button, a[href], summary, input, [role=button]");
    return presses && (key === " " || key === "Enter");
  }

  function isLetter(key) {
    return key.length === 1 && key.toLowerCase() !== key.toUpperCase();
  }

  function matches(entry, event) {
    const key = isLetter(event.key) ? event.key.toLowerCase() : event.key;
    if (!entry.keys.includes(key)) return false;
    return entry.shift === event.shiftKey || !(isLetter(key) || key.length > 1 || key === " ");
  }

  /** Tell whether the key is the browser's: with AltGr some keyboards write a bracket. */
  function foreign(event) {
    if (event.isComposing) return true;
    if (event.getModifierState("AltGraph")) return false;
    return event.ctrlKey || event.metaKey || event.altKey;
  }

  function pressed(event) {
    if (event.defaultPrevented || foreign(event) || document.querySelector("dialog[open]")) return;
    if (owned(event.target, event.key)) return;
    const entry = table.find((one) => matches(one, event));
    if (!entry) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && !entry.repeats) return;
    if (entry.end) held = entry;
    entry.run(event);
  }

  function released(event) {
    if (!held || (event.type === "keyup" && !held.keys.includes(event.key))) return;
    const entry = held;
    held = null;
    event.preventDefault();
    entry.end();
  }

  function element(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function label(entry) {
    if (entry.label) return entry.label;
    const names = entry.keys.map((key) => NAMES[key] || key.toUpperCase());
    return names.map((name) => (entry.shift ? `Shift+${name}` : name)).join(" or ");
  }

  function row(entry) {
    const made = element("tr");
    const keys = element("th");
    keys.scope = "row";
    keys.append(element("kbd", label(entry)));
    made.append(keys, element("td", entry.does));
    return made;
  }

  function chapter(group) {
    const made = element("section");
    const rows = element("table");
    rows.append(...table.filter((entry) => entry.group === group && entry.does).map(row));
    made.append(element("h3", group), rows);
    return made;
  }

  /** Show every key in a dialog; Esc or a press on its button closes it. */
  function help() {
    const dialog = element("dialog", undefined, "help");
    dialog.setAttribute("aria-labelledby", "help-title");
    const title = element("h2", "Keys");
    title.id = "help-title";
    const close = element("button", "Close");
    close.type = "button";
    close.addEventListener("click", () => dialog.close());
    const body = element("div", undefined, "chapters");
    const others = table.map((entry) => entry.group).filter((name) => !GROUPS.includes(name));
    const groups = [...GROUPS, ...new Set(others)];
    const told = (group) => table.some((entry) => entry.group === group && entry.does);
    body.append(...groups.filter(told).map(chapter));
    const head = element("header");
    head.append(title, close);
    const last = element("p", "Keys work whatever has focus; while you type, letters are letters.");
    dialog.append(head, body, last);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  /** A press of the mouse leaves no button behind that would take the next Space. */
  function letGo(event) {
    const active = document.activeElement;
    if (event.detail > 0 && active && active.matches("button, summary, input[type=checkbox]")) {
      active.blur();
    }
  }

  document.addEventListener("keydown", pressed, true);
  document.addEventListener("keyup", released, true);
  window.addEventListener("blur", released);
  document.addEventListener("click", letGo);
  add({ keys: ["?"], does: "this help", group: "Page", run: help });
  Harness.keys = { add, help, table };
})();
