/* Give what was said as the file holds it, and take such a file back. */
(function () {
  "use strict";

  const { store } = Harness;
  const FORMAT = "gemini-image-harness/review";
  const VERSION = 1;
  const LISTS = ["votes", "preferences", "resolutions"];
  const { run, digest, tool } = Harness.data;
  const plan = Harness.plan || { take: 0, seed: 0 };

  // The file: what harness/model/review.py calls a review, field for field.

  const named = (item) => (item.variant ? `${item.case}[${item.variant}]` : item.case);

  function picturesOf(item, { bad }) {
    return item.samples
      .filter((s) => s.sha)
      .map((s) => ({
        sample: s.n, sha256: s.sha, seen: store.seen(s.sha), bad: Boolean(bad[s.n]),
        reasons: bad[s.n] || [],
      }))
      .sort((a, b) => a.sample - b.sample);
  }

  function modesOf(item) {
    const { seen } = store.state();
    return [...new Set(item.samples.flatMap((s) => seen[s.sha] || []))];
  }

  function voteOf(item) {
    const { choice, reasons, note, blind, before, at: time } = store.vote(item.id);
    const modes = modesOf(item);
    return {
      item: item.id, suite: item.suite, variant: named(item), turn: item.turn, cell: item.cell,
      arm: { model: item.arm.model, endpoint: item.arm.endpoint },
      choice, reasons, note, pictures: picturesOf(item, store.vote(item.id)),
      accepted_before: before, modes, blind, at: time,
    };
  }

  function told(field, give) {
    return store.items
      .map((item) => [item, store.vote(item.id)])
      .filter(([, mark]) => mark[field])
      .map(([item, mark]) => give(item, mark));
  }

  /* Add what was said of sheets that are not here, or of what they were; what is said now is newer. */
  function withOthers(now, others) {
    const here = new Set(now.map(({ item }) => item));
    return [...now, ...(others || []).filter(({ item }) => !here.has(item))];
  }

  /* Give the whole review; what was said of sheets that are not here goes along as it was. */
  function review() {
    const state = store.state();
    const others = state.others || {};
    return {
      format: FORMAT, version: VERSION, run, report: digest, tool,
      reviewer: state.reviewer, meeting: state.meeting || plan.meeting || "", take: plan.take, seed: plan.seed,
      drawn: store.items.filter((item) => item.random).map((item) => item.id),
      votes: withOthers(told("choice", voteOf), others.votes),
      preferences: withOthers(told("preferred", ({ id }, mark) => ({
        item: id, preferred: mark.preferred, baseline_left: mark.baselineLeft, at: mark.preferredAt,
      })), others.preferences),
      resolutions: withOthers(told("resolved", ({ id }, mark) => ({
        item: id, choice: mark.resolved, reason: mark.why, at: mark.resolvedAt,
      })), others.resolutions),
    };
  }

  // Reading a review back.

  const shas = (pictures) => pictures.map((p) => p.sha256).sort().join();
  const known = new Map(store.items.map((item) => [item.id, item]));

  /* Tell whether a vote was cast on what is shown here: same cell, pictures and accepted set. */
  function fits(vote) {
    const item = known.get(vote.item);
    const here = item.samples.filter((s) => s.sha).map((s) => ({ sha256: s.sha }));
    const same = item.cell === vote.cell && (item.before || "") === vote.accepted_before;
    return same && shas(here) === shas(vote.pictures);
  }

  function patchOf(vote) {
    const { choice, reasons, note, blind } = vote;
    const bad = vote.pictures.filter((p) => p.bad).map((p) => [p.sample, p.reasons]);
    return { choice, reasons, note, blind, at: vote.at, bad: Object.fromEntries(bad) };
  }

  const takers = {
    votes: patchOf,
    preferences: (p) => ({ preferred: p.preferred, baselineLeft: p.baseline_left, preferredAt: p.at }),
    resolutions: (r) => ({ resolved: r.choice, why: r.reason, resolvedAt: r.at }),
  };
  const times = { votes: "at", preferences: "preferredAt", resolutions: "resolvedAt" };

  /* Tell whether what was read is newer than what is here; `anew` takes it over what was undone. */
  function newer(kind, said, anew) {
    const here = store.vote(said.item);
    const mine = anew ? here[times[kind]] : here.touched;
    return !mine || Date.parse(said.at) > Date.parse(mine);
  }

  function sorted(document_) {
    const found = { patches: {}, seen: {}, others: {} };
    Object.keys(takers).forEach((kind) => {
      found.others[kind] = document_[kind].filter((said) => !known.has(said.item));
      document_[kind].filter((said) => known.has(said.item)).forEach((said) => sort(found, kind, said));
    });
    return found;
  }

  function sort(found, kind, said) {
    if (kind === "votes" && !fits(said)) return found.others.votes.push(said);
    if (kind === "votes") said.pictures.filter((p) => p.seen).forEach((p) => (found.seen[p.sha256] = said.modes));
    found.patches[said.item] = found.patches[said.item] || [];
    return found.patches[said.item].push([kind, said]);
  }

  /* Take a review over as one step; give how many sheets it decides, and of how many it is stale. A
     stale vote that somebody opens is left; one that the server holds stays in its file. */
  function take(document_, { anew }) {
    const found = sorted(whole(document_));
    const state = store.state();
    const patches = {};
    Object.entries(found.patches).forEach(([id, all]) => {
      const good = all.filter(([kind, said]) => newer(kind, said, anew));
      if (good.length) patches[id] = Object.assign({}, ...good.map(([kind, said]) => takers[kind](said)));
    });
    const stale = found.others.votes.filter(({ item }) => known.has(item));
    if (anew) found.others.votes = found.others.votes.filter(({ item }) => !known.has(item));
    const others = LISTS.map((list) => [list, withOthers(found.others[list], (state.others || {})[list])]);
    store.load({ seen: { ...found.seen, ...state.seen }, others: Object.fromEntries(others) });
    if (Object.keys(patches).length) store.change(patches);
    return { taken: Object.keys(patches).length, left: stale.length };
  }

  const VOTE = { reasons: [], note: "", pictures: [], accepted_before: "", modes: [], blind: false, at: "" };
  const PICTURE = { bad: false, reasons: [] };

  /* Fill in what a file may leave out since it stands at its default. */
  function whole(said) {
    const pictures = (vote) => (vote.pictures || []).map((one) => ({ ...PICTURE, ...one }));
    const votes = (said.votes || []).map((vote) => ({ ...VOTE, ...vote, pictures: pictures(vote) }));
    const timed = (list) => (said[list] || []).map((one) => ({ at: "", ...one }));
    return { ...said, votes, preferences: timed("preferences"), resolutions: timed("resolutions") };
  }

  /* Say what is wrong with a file; empty where it is a review of this run. */
  function wrong(document_) {
    if (!document_ || document_.format !== FORMAT) return "it is no file of decisions";
    if (document_.version !== VERSION) return `its version is ${document_.version}, this page reads ${VERSION}`;
    if (document_.run !== run) return `it is of run ${document_.run}, this is ${run}`;
    const listed = (list) => document_[list] === undefined || Array.isArray(document_[list]);
    return LISTS.every(listed) ? "" : "it is damaged";
  }

  Harness.written = { review, take, wrong, whole, LISTS };
})();
