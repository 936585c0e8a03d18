"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const findings = all(".finding");
  const keysOf = (finding) => finding.dataset.keys.split(" ").filter(Boolean);
  const byId = (id) => document.getElementById(id);

  const marks = new Map();
  for (const mark of all("[data-m]")) {
    for (const key of mark.dataset.m.split(" ")) {
      if (!marks.has(key)) marks.set(key, []);
      marks.get(key).push(mark);
    }
  }

  const motion = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
  const show = (element) => {
    if (!element) return;
    const pane = element.closest(".source, .tables, .findings");
    if (!pane || pane.scrollHeight <= pane.clientHeight + 2) {
      element.scrollIntoView({ block: "center", behavior: motion });
      return;
    }
    const box = element.getBoundingClientRect(), frame = pane.getBoundingClientRect();
    if (box.top >= frame.top + 60 && box.bottom <= frame.bottom - 20) return;
    pane.scrollTo({ top: pane.scrollTop + box.top - frame.top - frame.height / 2 + box.height / 2, behavior: motion });
  };

  const flash = (element) => {
    element.classList.remove("flash");
    void element.offsetWidth;
    element.classList.add("flash");
  };

  let chosen = null;
  const choose = (finding, { scroll = true, except = null } = {}) => {
    all(".on").forEach((element) => element.classList.remove("on"));
    chosen = finding;
    if (!finding) return;
    finding.classList.add("on");
    reveal(finding);
    const keys = keysOf(finding);
    for (const key of keys) for (const mark of marks.get(key) || []) mark.classList.add("on");
    show(finding);
    if (!scroll) return;
    const inText = keys.map((key) => byId("s-" + key)).find(Boolean);
    const inTable = keys.filter((key) => key[0] !== "c").map((key) => byId("g-" + key)).find(Boolean)
      || keys.map((key) => byId("g-" + key)).find(Boolean);
    for (const element of [inText, inTable]) {
      if (!element) continue;
      if (!except || element.closest(".source, .tables") !== except) show(element);
      flash(element);
    }
    history.replaceState(null, "", "#" + finding.id);
  };

  const filters = all("button.chip");
  const apply = () => {
    const pressed = new Set(filters.filter((b) => b.getAttribute("aria-pressed") === "true").map((b) => b.dataset.verdict));
    for (const finding of findings) finding.hidden = !pressed.has(finding.dataset.verdict);
  };
  const reveal = (finding) => {
    if (!finding.hidden) return;
    const button = filters.find((b) => b.dataset.verdict === finding.dataset.verdict);
    if (button) button.setAttribute("aria-pressed", "true");
    apply();
  };
  const counted = (verdict) => filters.some((b) => b.dataset.verdict === verdict && !b.disabled);
  const quietOnes = counted("contradicted") || counted("missing") ? ["unverifiable", "supported"] : ["supported"];
  for (const button of filters) {
    button.setAttribute("aria-pressed", String(!quietOnes.includes(button.dataset.verdict) && !button.disabled));
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      apply();
    });
  }
  apply();

  for (const finding of findings) {
    finding.addEventListener("click", (event) => {
      const end = event.target.closest("[data-go]");
      if (end) {
        event.preventDefault();
        choose(finding, { scroll: false });
        const target = byId(end.dataset.go);
        if (target) { show(target); flash(target); }
      } else if (!String(getSelection())) {
        choose(finding);
      }
    });
    finding.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target === finding) choose(finding);
    });
  }

  for (const pane of all(".source, .tables")) {
    pane.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-m]");
      if (!mark || String(getSelection())) return;
      const keys = mark.dataset.m.split(" ");
      let about = findings.filter((f) => keysOf(f).some((key) => keys.includes(key)));
      if (about.some((f) => !f.hidden)) about = about.filter((f) => !f.hidden);
      choose(about.length ? about[(about.indexOf(chosen) + 1) % about.length] : null, { except: pane });
      const isSource = pane.classList.contains("source");
      const isAnswered = chosen && keysOf(chosen).some((key) => key[0] === "c"); // its claim is in sight already
      const ends = isAnswered ? [] : keys;
      for (const key of keys) for (const each of marks.get(key) || []) each.classList.add("on");
      const end = ends.map((key) => byId((isSource ? "g-" : "s-") + key)).find(Boolean);
      if (end) { show(end); flash(end); }
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const visible = findings.filter((f) => !f.hidden);
    if (visible.length) choose(visible[(visible.indexOf(chosen) + step + visible.length) % visible.length]);
  });

  const first = location.hash.startsWith("#f") ? byId(location.hash.slice(1)) : null;
  if (first && first.classList.contains("finding")) choose(first);
})();
