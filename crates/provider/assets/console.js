// What the console does beyond plain pages; every page works without it.
(() => {
  "use strict";
  document.documentElement.classList.add("scripted");

  // Copy buttons.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const text = button.dataset.copy ?? button.parentElement.querySelector("code, .mono")?.textContent ?? "";
    try {
      await navigator.clipboard.writeText(text);
      button.classList.add("done");
      announce("Copied");
      setTimeout(() => button.classList.remove("done"), 1500);
    } catch {
      announce("The browser did not allow copying");
    }
  });

  function announce(text) {
    const place = document.getElementById("announcements");
    if (place) place.textContent = text;
  }

  // Menus close with Escape and with a click elsewhere.
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
  });

  // Keys: / filter, Ctrl-K jump, g and a letter go to a page, j and k walk rows, Enter opens the row.
  let going = 0;
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      document.getElementById("jump")?.focus();
      return;
    }
    if (event.key === "Escape") {
      for (const menu of menus()) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, [contenteditable]")) return;
    if (event.key === "/") {
      const filter = document.getElementById("filter") ?? document.getElementById("jump");
      if (filter) {
        event.preventDefault();
        filter.focus();
        filter.select();
      }
    } else if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`.rail a[data-key="${CSS.escape(event.key)}"]`);
      if (link) link.click();
    } else if (event.key === "g") {
      going = Date.now();
    } else if (event.key === "j" || event.key === "k") {
      const links = [...document.querySelectorAll("tbody th a")];
      if (!links.length) return;
      const at = links.indexOf(document.activeElement);
      const next = at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)));
      links[next].focus();
    }
  });

  // Selects of a filter take effect at once.
  document.addEventListener("change", (event) => {
    if (event.target.matches("select[data-submits]")) event.target.form.requestSubmit();
  });
})();
