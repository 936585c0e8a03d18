"use strict";
(() => {
  const body = document.querySelector("#reports tbody");
  const search = document.getElementById("search");
  const only = document.getElementById("only");
  const filter = () => {
    const words = search.value.trim().toLowerCase().split(/\s+/);
    for (const row of body.rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = (only.checked && row.dataset.bad !== "1") || !words.every((w) => text.includes(w));
    }
  };
  search.addEventListener("input", filter);
  only.addEventListener("change", filter);
  document.querySelectorAll("#reports th[data-sort]").forEach((head, column) => {
    let sign = -1;
    head.addEventListener("click", () => {
      sign = -sign;
      const by = head.dataset.sort === "number"
        ? (a, b) => Number(b.cells[column].textContent) - Number(a.cells[column].textContent)
        : (a, b) => a.cells[column].textContent.localeCompare(b.cells[column].textContent, "zh");
      [...body.rows].sort((a, b) => sign * by(a, b)).forEach((row) => body.append(row));
    });
  });
})();
