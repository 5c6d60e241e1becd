/* The decisions as Markdown, for a pull request and the minutes. */
(function () {
  "use strict";

  const { store, panel, make } = Harness;
  const GROUPS = [["reject", "Rejected"], ["discuss", "For discussion"], ["accept", "Accepted"]];

  /* Make a stranger's text one line that is no markup: signs escaped, no mention, no link. */
  function plain(text) {
    return text.replace(/\s+/g, " ").trim()
      .replace(/[\\`*_{}[\]<>()#+!|~$&-]/g, "\\$&")
      .replace(/@/g, "@\u200b")
      .replace(/(https?|ftp|mailto|www)([:.])/gi, "$1\u200b$2");
  }

  function code(text) {
    const runs = text.match(/`+/g) || [];
    const fence = "`".repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
    const room = text.startsWith("`") || text.endsWith("`") ? " " : "";
    return `${fence}${room}${text.replace(/\s+/g, " ")}${room}${fence}`;
  }

  function badOf(item, { bad }) {
    return item.samples.filter((s) => bad[s.n]).map((s) => {
      const why = bad[s.n].length ? ` (${bad[s.n].join(", ")})` : "";
      return `sample ${s.n + 1} bad${why}`;
    });
  }

  function line(item) {
    const mark = store.vote(item.id);
    if (store.rounds() === 2) return `- ${code(item.id)}: ${plain(mark.why)}`;
    const told = [mark.reasons.join(", "), badOf(item, mark).join(", "), plain(mark.note)];
    const said = told.filter(Boolean).join("; ");
    return `- ${code(item.id)}${said ? `: ${said}` : ""}`;
  }

  function group([choice, title]) {
    const found = store.items.filter((item) => store.judged(item.id) === choice);
    return found.length ? [`### ${title} (${found.length})`, "", ...found.map(line), ""] : [];
  }

  function preferences() {
    const said = store.items.map((item) => store.vote(item.id).preferred).filter(Boolean);
    const words = ["candidate", "baseline", "tie", "both bad"]
      .map((word) => [word, said.filter((one) => one === word).length]).filter(([, n]) => n);
    return said.length ? [`Blind: ${words.map(([word, n]) => `${word} ${n}`).join(", ")}.`, ""] : [];
  }

  function markdown() {
    const word = store.rounds() === 2 ? "resolved" : "decided";
    const { reviewer } = store.state();
    const by = reviewer ? ` by ${plain(reviewer)}` : "";
    const simulated = Harness.data.simulated ? ["**Simulated pictures.**", ""] : [];
    return [
      `## Review of run ${code(Harness.data.run)}${by}`, "", ...simulated,
      `${store.progress()} ${word}.`, "", ...GROUPS.flatMap(group), ...preferences(),
    ].join("\n");
  }

  function copyOld(text) {
    const area = make("textarea", { readonly: true, class: "offscreen" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }

  async function copy() {
    const text = markdown();
    let done;
    try {
      await navigator.clipboard.writeText(text);
      done = true;
    } catch {
      done = copyOld(text);
    }
    if (done) return store.say(`copied as Markdown: ${store.progress()}`);
    const title = "The decisions as Markdown";
    return panel.ask({ title, text: "Copy them by hand.", field: "area", value: text, ok: "Close" });
  }

  document.getElementById("markdown").addEventListener("click", copy);
  Harness.keys.add({ keys: ["m"], shift: false, label: "M", does: "copy the decisions as Markdown", run: copy });
  Harness.markdown = markdown;
})();
