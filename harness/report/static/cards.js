/* What index.html shows, as rows that can be filtered, sorted and walked. */
(function () {
  "use strict";

  const Harness = (window.Harness = window.Harness || {});
  const OPEN = new Set(["not decided", "under discussion"]);
  const rows = [...document.querySelectorAll("main [data-id]")].map(row);
  const cards = [...document.querySelectorAll("main .card")].map(card);
  const sheet = document.querySelector("main ul.sheet");
  const items = rows.filter((one) => !one.card);
  const laid = new Map();
  const ORDERS = {
    severity: (a, b) => a.place - b.place,
    name: (a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)) || a.place - b.place,
    drift: (a, b) => b.drift - a.drift || a.place - b.place,
    bad: (a, b) => b.bad - a.bad || a.place - b.place,
    cost: (a, b) => b.cost - a.cost || a.place - b.place,
  };

  function words(text) {
    return (text || "").split(" ").filter(Boolean);
  }

  function figure(text) {
    return text === undefined ? Number.NEGATIVE_INFINITY : Number.parseFloat(text);
  }

  function row(element, place) {
    const said = element.dataset;
    const link = element.querySelector('.name a[href^="#"]');
    const detail = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    return {
      element,
      place,
      id: said.id,
      name: said.id,
      card: element.closest(".card"),
      detail: detail && detail.closest("details"),
      statuses: said.moved ? [said.status, "MOVED"] : [said.status],
      tag: words(said.tags),
      size: words(said.size),
      ratio: words(said.ratio),
      refs: words(said.refs),
      owner: said.owner ? [said.owner] : [],
      undecided: OPEN.has(said.decided),
      drift: figure(said.drift),
      bad: figure(said.bad),
      cost: figure(said.cost),
      text: "",
    };
  }

  function card(element, place) {
    return { element, place, rows: rows.filter((one) => one.card === element) };
  }

  /** Give what is written on a row, its heading too; it is read once, when somebody searches. */
  function text(one) {
    if (!one.text) {
      const head = one.card ? one.card.querySelector("h3").textContent : "";
      const told = [one.id, ...one.tag, ...one.refs, ...one.owner, head, one.element.textContent];
      one.text = told.join(" ").toLowerCase();
    }
    return one.text;
  }

  function fits(one, asked, sought) {
    if (asked.status.length && !asked.status.some((word) => one.statuses.includes(word))) return false;
    if (asked.undecided && !one.undecided) return false;
    for (const name of ["tag", "size", "ratio", "refs", "owner"]) {
      if (asked[name] && !one[name].includes(asked[name])) return false;
    }
    return sought.every((word) => text(one).includes(word));
  }

  /** Show what fits; give how many rows do. */
  function filter(asked, active) {
    const sought = words(asked.q.toLowerCase());
    let shown = 0;
    for (const one of rows) {
      const fit = fits(one, asked, sought);
      one.element.hidden = !fit;
      if (one.detail) one.detail.hidden = !fit;
      shown += fit;
    }
    for (const one of cards) {
      if (one.rows.length) one.element.hidden = one.rows.every((each) => each.element.hidden);
    }
    openSheet(active && items.some((one) => !one.element.hidden));
    return shown;
  }

  /** Open the contact sheet while something is sought that lies in it, then as it was before. */
  function openSheet(wanted) {
    const drawer = sheet && sheet.closest("details");
    if (!drawer || (wanted && drawer.open)) return;
    if (wanted) drawer.dataset.opened = "1";
    if (wanted || drawer.dataset.opened) drawer.open = wanted;
    if (!wanted) delete drawer.dataset.opened;
  }

  /** Sort cards by their best row that is shown, and the contact sheet by its rows. */
  function sort(name) {
    const by = ORDERS[name] || ORDERS.severity;
    const best = new Map(cards.map((one) => [one, first(one, by)]));
    const filled = cards.filter((one) => one.rows.length);
    lay(filled, (a, b) => (name === "severity" ? a.place - b.place : by(best.get(a), best.get(b))));
    lay(items, by);
  }

  function first(one, by) {
    const seen = one.rows.filter((each) => !each.element.hidden);
    return [...(seen.length ? seen : one.rows)].sort(by)[0];
  }

  /** Lay elements in order within their parents; what lies so already is not touched. */
  function lay(found, by) {
    const parents = new Map();
    for (const one of found) {
      const parent = one.element.parentElement;
      if (!parents.has(parent)) parents.set(parent, []);
      parents.get(parent).push(one);
    }
    for (const [parent, held] of parents) {
      held.sort(by);
      const order = held.map((one) => one.place).join();
      const first = held.map((one) => one.place).sort((x, y) => x - y).join();
      if ((laid.get(parent) || first) !== order) parent.append(...held.map((one) => one.element));
      laid.set(parent, order);
    }
  }

  /** Give what can be walked over, top to bottom: cards that are shown, then the open sheet. */
  function walk() {
    const drawer = sheet && sheet.closest("details");
    const listed = !drawer || drawer.open ? items : [];
    const found = [...cards, ...listed].map((one) => one.element).filter((each) => !each.hidden);
    return found.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
  }

  function of(id) {
    return rows.find((one) => one.id === id);
  }

  Harness.cards = { rows, filter, sort, walk, of };
})();
