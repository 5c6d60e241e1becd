/* The drawer and the docked references: what was asked, what was found, what was there before. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const { store, pictures } = Harness;
  const LONG = 1500;
  const drawer = document.getElementById("drawer");
  const inside = document.getElementById("drawer-inside");
  const refs = document.getElementById("refs");
  const refsInside = document.getElementById("refs-inside");
  const DIFF = { kept: "span", gone: "del", new: "ins" };

  function make(name, text, kind) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function part(title, ...nodes) {
    const made = make("section");
    made.append(make("h3", title), ...nodes);
    return made;
  }

  /** Show long text cut, with a press that shows the rest: a page must stay readable. */
  function long(text, kind) {
    const made = make("p", text.slice(0, LONG), kind || "text");
    made.dir = "auto";
    if (text.length <= LONG) return [made];
    const more = make("button", `Show all ${text.length.toLocaleString("en")} characters`);
    more.type = "button";
    more.addEventListener("click", () => { made.textContent = text; more.remove(); });
    made.append("…");
    return [made, more];
  }

  function prompt(item) {
    if (!item.diff) return part("Prompt", ...long(item.prompt || "no prompt"));
    const said = make("p", undefined, "text diff");
    for (const [kind, words] of item.diff) said.append(make(DIFF[kind] || "span", words), " ");
    const note = make("p", "The prompt was changed since the reference sample: a difference may come from it.", "quiet");
    return part("Prompt, old and new", note, said);
  }

  function asked(item) {
    const list = make("dl");
    const rows = [...(item.asked || []), ["model", item.arm.model], ["endpoint", item.arm.endpoint]];
    if (item.owner) rows.push(["owner", item.owner]);
    if (item.tags) rows.push(["tags", item.tags.join(", ")]);
    for (const [name, value] of rows) list.append(make("dt", name), make("dd", value));
    return part("Parameters", list);
  }

  function findings(item) {
    if (!item.findings) return part("Findings", make("p", "Nothing but PASS.", "quiet"));
    const list = make("ul", undefined, "findings");
    for (const [status, check, message, number] of item.findings) {
      const row = make("li");
      const mark = make("b", `${Harness.data.icons[status] || ""} ${status}`, `mark ${status}`);
      const whose = number ? `${check}, sample ${number}: ` : `${check}: `;
      row.append(mark, " ", make("span", whose), make("span", message));
      list.append(row);
    }
    return part("Findings", list);
  }

  function texts(item) {
    const said = item.samples.filter((sample) => sample.text);
    if (!said.length) return [];
    const rows = said.flatMap((sample) => [make("h4", `Sample ${sample.n + 1}`), ...long(sample.text)]);
    return [part("Text of the answers", ...rows)];
  }

  function figure(sha, name, press) {
    const made = make("figure");
    const picture = pictures.of(sha);
    const trouble = pictures.trouble(sha);
    const image = make("img");
    image.alt = name;
    image.decoding = "async";
    if (picture && picture.w) Object.assign(image, { width: picture.w, height: picture.h });
    if (!trouble) image.src = pictures.thumb(sha);
    const held = trouble ? make("p", trouble, "instead") : image;
    const button = press && !trouble ? make("button") : null;
    if (button) {
      button.type = "button";
      button.append(image);
      button.addEventListener("click", press);
    }
    made.append(button || held, make("figcaption", name));
    return made;
  }

  function gallery(title, figures) {
    if (!figures.length) return [];
    const row = make("div", undefined, "figures");
    row.append(...figures);
    return [part(title, row)];
  }

  function earlier(item) {
    const shas = (item.earlier || []).slice(0, 8);
    return gallery("Earlier pictures, newest first", shas.map((sha, i) => figure(
      sha, `earlier ${i + 1}`, () => Harness.viewer.against(sha, `earlier ${i + 1}`))));
  }

  function beside(item) {
    const { kind, pictures: shas } = item.baseline || { kind: "", pictures: [] };
    return gallery(`Baseline: ${kind}, examples and not pairs`, shas.slice(0, 8).map((sha, i) => figure(
      sha, i || kind !== "reference sample" ? `baseline ${i + 1}` : "medoid",
      () => Harness.viewer.against(sha, i ? `baseline ${i + 1}` : "baseline"))));
  }

  /** Show what each edit changed, and what it changed it from. */
  function edits(item) {
    const edited = item.samples.filter((sample) => sample.edit);
    return gallery("What the edit changed", edited.flatMap(({ n, edit }) => {
      const name = `sample ${n + 1}: before the edit`;
      const map = figure(edit.before, `sample ${n + 1}: changed places are bright`);
      const image = map.querySelector("img");
      if (image) image.src = edit.map;
      return [figure(edit.before, name, () => Harness.viewer.against(edit.before, "before the edit")), map];
    }));
  }

  function references(item) {
    return gallery("References", (item.refs || []).map(([sha, path]) => figure(sha, path)));
  }

  function fill(item) {
    const hidden = store.blind ? [] : [findings(item), ...edits(item), ...beside(item), ...earlier(item)];
    inside.replaceChildren(prompt(item), asked(item), ...references(item), ...hidden, ...texts(item));
    if (store.blind) inside.append(make("p", "Findings and baseline are hidden while blind.", "quiet"));
  }

  function dock(item) {
    const rows = (item.refs || []).map(([sha, path]) => {
      const made = figure(sha, path.split("/").pop());
      const image = made.querySelector("img");
      if (image) image.src = pictures.preview(sha);
      return made;
    });
    const none = make("p", "This sheet has no references.", "quiet");
    refsInside.replaceChildren(...(rows.length ? rows : [none]));
  }

  function show() {
    const item = store.current();
    if (!item) return;
    if (!drawer.hidden) fill(item);
    if (!refs.hidden) dock(item);
  }

  function toggle(element, name) {
    element.hidden = !element.hidden;
    document.querySelector(`[data-toggles=${element.id}]`).setAttribute(
      "aria-pressed", String(!element.hidden));
    show();
    store.announce(`${name} ${element.hidden ? "closed" : "open"}`);
  }

  Harness.drawer = {
    show,
    toggle: () => toggle(drawer, "drawer"),
    toggleRefs: () => toggle(refs, "references"),
    isOpen: () => !drawer.hidden,
    close: () => { if (!drawer.hidden) toggle(drawer, "drawer"); },
  };
})();
